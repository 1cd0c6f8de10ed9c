"""METHODS: every balancing method, by name."""

from __future__ import annotations

from collections.abc import Mapping

from price_subgraph.balancing.gradients import (
    aligned_mtl,
    cagrad,
    config,
    cut_scale,
    db_mtl,
    dualproj,
    fairgrad,
    graddrop,
    gradnorm,
    gradnorm_softmax,
    gradvac,
    imtl_g,
    mgda,
    nash_mtl,
    norm_balance,
    pcd,
    pcgrad,
    rotograd_scale,
    upgrad,
)
from price_subgraph.balancing.losses import dwa, famo, gls, imtl_l, log_sum, rlw, static_weights, stch, uw
from price_subgraph.balancing.losses import sum as sum_of_losses
from price_subgraph.balancing.method import Method

METHODS: Mapping[str, Method] = {
    method.name: method
    for method in (
        sum_of_losses.METHOD,
        static_weights.METHOD,
        cut_scale.METHOD,
        uw.METHOD,
        imtl_l.METHOD,
        log_sum.METHOD,
        gls.METHOD,
        dwa.METHOD,
        rlw.METHOD,
        stch.METHOD,
        famo.METHOD,
        gradnorm.METHOD,
        gradnorm_softmax.METHOD,
        mgda.METHOD,
        mgda.UPPER_BOUND,
        pcgrad.METHOD,
        gradvac.METHOD,
        graddrop.METHOD,
        cagrad.METHOD,
        imtl_g.METHOD,
        nash_mtl.METHOD,
        fairgrad.METHOD,
        aligned_mtl.METHOD,
        db_mtl.METHOD,
        config.METHOD,
        upgrad.METHOD,
        dualproj.METHOD,
        pcd.METHOD,
        norm_balance.METHOD,
        rotograd_scale.METHOD,
    )
}
