"""Layer 3: pure functions on arrays, formula first. Knows no runs, reads no files.

align.py         several curves on one axis
axis.py          where points stand: by step, by time passed, by the clock, by another tag
bucket.py        at most one row for each pixel column, minimum and maximum kept
distribution.py  a histogram as nine lines
health/          what looks wrong: NaN, spikes, divergence, plateaus, silences, tags that stopped
group.py         a group of curves as one: mean or median, with a band
parting.py       where two curves part
scale.py         linear, logarithmic, or one near zero and the other far from it
smooth.py        TensorBoard's debiased moving average, the mean of a window, a Gaussian
"""
