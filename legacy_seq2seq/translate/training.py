"""The training loop: the tutorial's, with summaries, and an end that loses nothing."""

from __future__ import annotations

import contextlib
import math
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import tensorflow.compat.v1 as tf
from tqdm import tqdm

from legacy_seq2seq.translate import checkpoints
from legacy_seq2seq.translate.checkpoints import Progress
from legacy_seq2seq.translate.errors import TranslateError
from legacy_seq2seq.translate.seq2seq_model import Seq2SeqModel
from legacy_seq2seq.translate.settings import Settings

# So many steps in a row whose gradients overflow float16 will not be followed by a better one.
_OVERFLOWS = 20


class Stop:
    """Ctrl-C and SIGTERM as a wish to end after the step: `signal` is what came, or None."""

    signal: int | None = None

    @contextlib.contextmanager
    def listening(self) -> Iterator[Stop]:
        """Take the signals inside the block; a second one ends the program at once."""
        former = {}
        for number in (signal.SIGINT, signal.SIGTERM):
            former[number] = signal.signal(number, self._note)
        try:
            yield self
        finally:
            for number, handler in former.items():
                signal.signal(number, handler)

    def _note(self, number: int, _: Any) -> None:
        if self.signal is not None:
            raise KeyboardInterrupt
        self.signal = number


def perplexity(loss: float) -> float:
    """exp(loss), infinite where the tutorial called it so."""
    return math.exp(float(loss)) if loss < 300 else float("inf")


class Training:
    """A model, its data, and what happens at every step and at every report."""

    def __init__(
        self,
        session: tf.Session,
        model: Seq2SeqModel,
        settings: Settings,
        train_set: Sequence[Any],
        dev_set: Sequence[Any],
        checkpoint: str | None,
    ) -> None:
        """`checkpoint`: the one from which the session's variables came, or None."""
        self._session, self._model, self._settings = session, model, settings
        self._train_set, self._dev_set = train_set, dev_set
        self._last_checkpoint = checkpoint
        self._progress = Progress() if checkpoint is None else checkpoints.load_progress(checkpoint)
        self._overflows = 0
        self._norm = 0.0
        self._bucket = 0
        sizes = [len(bucket) for bucket in train_set]
        self._shares = np.cumsum(sizes) / float(sum(sizes))

    def run(self, stop: Stop) -> int:
        """Trains to --steps, or until a signal comes; returns the global step reached, its checkpoint saved.

        Raises TranslateError once a loss, a gradient or a weight is no longer finite.
        """
        step = int(self._session.run(self._model.global_step))
        with tf.summary.FileWriter(self._settings.train_dir) as events:
            started = tf.SessionLog(status=tf.SessionLog.START)
            events.add_session_log(started, global_step=step + 1)
            bar = self._bar()
            with contextlib.closing(bar):
                while stop.signal is None and (not self._settings.steps or step < self._settings.steps):
                    self._step(step)
                    step += 1
                    bar.update()
                    # More steps than that if it was larger before an interruption.
                    if self._progress.steps >= self._settings.steps_per_checkpoint:
                        bar.clear()
                        self._report(step, events)
                        bar.reset()
        if self._last_checkpoint is None or not self._last_checkpoint.endswith(f"-{step}"):
            self._save(step)
        return step

    def _bar(self) -> tqdm:
        bar = tqdm(
            total=self._settings.steps_per_checkpoint,
            desc="steps to the next checkpoint",
            disable=None,
            leave=False,
            file=sys.stderr,
        )
        bar.update(min(self._progress.steps, bar.total))
        return bar

    def _step(self, step: int) -> None:
        model, progress = self._model, self._progress
        bucket = int(np.searchsorted(self._shares, np.random.random_sample(), side="right"))
        started = time.time()
        batch = model.get_batch(self._train_set, bucket)
        norm, loss, _ = model.step(self._session, *batch, bucket, False)
        self._norm, self._bucket = float(norm), bucket
        self._check(step + 1, float(loss))
        progress.seconds += time.time() - started
        progress.losses += float(loss)
        progress.steps += 1

    def _check(self, step: int, loss: float) -> None:
        norm = self._norm
        overflow = self._model.loss_scale is not None and not math.isfinite(norm)
        self._overflows = self._overflows + 1 if overflow else 0
        if not math.isfinite(loss):
            raise self._blown_up(step, f"loss {loss}")
        if not math.isfinite(norm) and not (overflow and self._overflows < _OVERFLOWS):
            raise self._blown_up(step, f"gradient norm {norm}")

    def _blown_up(self, step: int, what: str) -> TranslateError:
        bucket, good = self._bucket, self._last_checkpoint or "none yet"
        return TranslateError(
            f"global step {step}, bucket {bucket} {self._model.buckets[bucket]}: {what}; stopped. "
            f"Last good checkpoint: {good}. A smaller --learning_rate or --max_gradient_norm may help"
        )

    def _report(self, step: int, events: tf.summary.FileWriter) -> None:
        """What the tutorial did every --steps_per_checkpoint: print, decay, save, evaluate."""
        model, session, progress = self._model, self._session, self._progress
        loss, step_time = progress.losses / progress.steps, progress.seconds / progress.steps
        rate = float(session.run(model.learning_rate))
        print(
            f"global step {step} learning rate {rate:.4f} step-time {step_time:.2f} "
            f"perplexity {perplexity(loss):.2f}"
        )
        scalars = {
            "train/perplexity": perplexity(loss),
            "train/learning_rate": rate,
            "train/step_time": step_time,
            "train/gradient_norm": self._norm,
        }
        if len(progress.previous_losses) > 2 and loss > max(progress.previous_losses[-3:]):
            session.run(model.learning_rate_decay_op)
        progress.previous_losses.append(loss)
        progress.losses, progress.seconds, progress.steps = 0.0, 0.0, 0
        for bucket, pairs in enumerate(self._dev_set):
            if not len(pairs):
                print(f"  eval: empty bucket {bucket}")
                continue
            _, loss, _ = model.step(session, *model.get_batch(self._dev_set, bucket), bucket, True)
            print(f"  eval: bucket {bucket} perplexity {perplexity(loss):.2f}")
            scalars[f"eval/perplexity_bucket_{bucket}"] = perplexity(loss)
        values = [tf.Summary.Value(tag=tag, simple_value=value) for tag, value in scalars.items()]
        events.add_summary(tf.Summary(value=values), step)
        events.flush()
        # After the evaluation, which draws random numbers too: a resumed training draws what follows.
        self._save(step)
        sys.stdout.flush()

    def _save(self, step: int) -> None:
        spoilt = checkpoints.not_finite(self._session)
        if spoilt is not None:
            raise self._blown_up(step, f"{spoilt} is no longer finite after the update")
        self._last_checkpoint = checkpoints.save(
            self._session, self._model.saver, self._settings.train_dir, step, self._progress
        )
