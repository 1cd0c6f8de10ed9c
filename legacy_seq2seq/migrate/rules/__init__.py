"""The registry of source rules, in the order in which they run."""

from legacy_seq2seq.migrate.rule import Rule
from legacy_seq2seq.migrate.rules.absolute_path import AbsolutePath
from legacy_seq2seq.migrate.rules.all_states import AllStates
from legacy_seq2seq.migrate.rules.bytes_arguments import BytesArguments
from legacy_seq2seq.migrate.rules.cell_input_size import CellInputSize
from legacy_seq2seq.migrate.rules.cell_scopes import CellScopes
from legacy_seq2seq.migrate.rules.checkpoint_exists import CheckpointExists
from legacy_seq2seq.migrate.rules.concat_order import ConcatOrder
from legacy_seq2seq.migrate.rules.config_parser import ConfigParser
from legacy_seq2seq.migrate.rules.contrib import Contrib
from legacy_seq2seq.migrate.rules.cross_entropy import CrossEntropy
from legacy_seq2seq.migrate.rules.deepcopy_workaround import DeepcopyWorkaround
from legacy_seq2seq.migrate.rules.default_encoding import DefaultEncoding
from legacy_seq2seq.migrate.rules.embedding_size import EmbeddingSize
from legacy_seq2seq.migrate.rules.flag_definitions import FlagDefinitions
from legacy_seq2seq.migrate.rules.flag_values import FlagValues
from legacy_seq2seq.migrate.rules.gone_imports import GoneImports
from legacy_seq2seq.migrate.rules.integer_division import IntegerDivision
from legacy_seq2seq.migrate.rules.keras_layers import KerasLayers
from legacy_seq2seq.migrate.rules.lazy_sequences import LazySequences
from legacy_seq2seq.migrate.rules.linear_scope import LinearScope
from legacy_seq2seq.migrate.rules.loss_callback import LossCallback
from legacy_seq2seq.migrate.rules.numpy_names import NumpyNames
from legacy_seq2seq.migrate.rules.numpy_ragged import NumpyRagged
from legacy_seq2seq.migrate.rules.numpy_scalars import NumpyScalars
from legacy_seq2seq.migrate.rules.op_scope import OpScope
from legacy_seq2seq.migrate.rules.private_modules import PrivateModules
from legacy_seq2seq.migrate.rules.program_start import ProgramStart
from legacy_seq2seq.migrate.rules.python2_builtins import Python2Builtins
from legacy_seq2seq.migrate.rules.python2_methods import Python2Methods
from legacy_seq2seq.migrate.rules.python2_stdlib import Python2Stdlib
from legacy_seq2seq.migrate.rules.python2_syntax import Python2Syntax
from legacy_seq2seq.migrate.rules.python2_views import Python2Views
from legacy_seq2seq.migrate.rules.relative_imports import RelativeImports
from legacy_seq2seq.migrate.rules.relocated import Relocated
from legacy_seq2seq.migrate.rules.removed_stdlib import RemovedStdlib
from legacy_seq2seq.migrate.rules.renamed_ops import RenamedOps
from legacy_seq2seq.migrate.rules.repeated_cell import RepeatedCell
from legacy_seq2seq.migrate.rules.reverse_dims import ReverseDims
from legacy_seq2seq.migrate.rules.sampled_softmax import SampledSoftmax
from legacy_seq2seq.migrate.rules.saver_version import SaverVersion
from legacy_seq2seq.migrate.rules.split_order import SplitOrder
from legacy_seq2seq.migrate.rules.star_imports import StarImports
from legacy_seq2seq.migrate.rules.state_is_tuple import StateIsTuple
from legacy_seq2seq.migrate.rules.string_coding import StringCoding
from legacy_seq2seq.migrate.rules.text_files import TextFiles
from legacy_seq2seq.migrate.rules.translate_method import TranslateMethod
from legacy_seq2seq.migrate.rules.unknown_names import UnknownNames
from legacy_seq2seq.migrate.rules.v1_import import V1Import
from legacy_seq2seq.migrate.rules.version_compare import VersionCompare
from legacy_seq2seq.migrate.rules.vocabulary_sizes import VocabularySizes

RULES: tuple[type[Rule], ...] = (
    Python2Syntax,
    Python2Stdlib,
    Python2Views,
    Python2Methods,
    DefaultEncoding,
    Python2Builtins,
    LazySequences,
    IntegerDivision,
    TextFiles,
    StringCoding,
    TranslateMethod,
    RelativeImports,
    ConfigParser,
    RemovedStdlib,
    StarImports,
    PrivateModules,
    Relocated,
    ConcatOrder,
    SplitOrder,
    ReverseDims,
    OpScope,
    RenamedOps,
    VocabularySizes,
    EmbeddingSize,
    AllStates,
    StateIsTuple,
    CellInputSize,
    LinearScope,
    RepeatedCell,
    CellScopes,
    DeepcopyWorkaround,
    SampledSoftmax,
    CrossEntropy,
    LossCallback,
    BytesArguments,
    CheckpointExists,
    SaverVersion,
    VersionCompare,
    FlagDefinitions,
    FlagValues,
    NumpyNames,
    NumpyScalars,
    NumpyRagged,
    Contrib,
    KerasLayers,
    AbsolutePath,
    UnknownNames,
    V1Import,
    GoneImports,
    ProgramStart,
)
