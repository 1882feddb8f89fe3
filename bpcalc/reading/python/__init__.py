"""NumPy's, PyTorch's and TensorFlow's spellings: the front end for what people paste from Python.

`names` reads a name with dots (`np.maximum`, `torch.float32`), `methods` what stands behind a part (`x.sum(axis=1)`,
`X.shape[0]`), `statements` whole lines (`import …`, `loss += …`, `def f(x): …`). They know the functions of other
libraries from the tables in `libraries`: a signature, which `signatures` reads and binds to what a call gives, and a
rule, which makes nodes through a `writer`. A rule takes the meaning of the library that is named, or raises an error.
Nothing is evaluated: a name that stands in no table is an error at its place.
"""
