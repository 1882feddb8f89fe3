"""The helpers that a program for PyTorch has in front, each where the program calls it: what torch has no word for."""

from __future__ import annotations

HELPERS = {
    "cofactors": '''
def cofactors(x):
    """det(x)*inv(x).T of 2 or 3 rows, from the minors."""
    if x.shape[-1] == 2:
        return torch.flip(x, [-2, -1]) * torch.tensor([[1.0, -1.0], [-1.0, 1.0]], dtype=torch.float64)
    return torch.linalg.cross(torch.roll(x, -1, -2), torch.roll(x, -2, -2))
''',
    "prod_others": '''
def prod_others(x, axis):
    """For each entry the product of the others, without dividing by what may be zero."""
    flat = x.reshape(-1) if axis is None else torch.movedim(x, axis, -1)
    one = torch.ones_like(flat[..., :1])
    before = torch.cumprod(torch.cat([one, flat[..., :-1]], -1), -1)
    after = torch.flip(torch.cumprod(torch.cat([one, torch.flip(flat, [-1])[..., :-1]], -1), -1), [-1])
    others = before * after
    return others.reshape(x.shape) if axis is None else torch.movedim(others, -1, axis)
''',
    **{
        name: f'''
def {name}(x):
    """{what}, of the symmetric part."""
    return torch.linalg.{call.replace("(x)", "(0.5 * (x + x.mT))")}
'''
        for name, call, what in (
            ("cholesky", "cholesky(x)", "The lower triangle L with L @ L.T = x"),
            ("eigvalsh", "eigvalsh(x)", "The eigenvalues, the smallest first"),
            ("eigh", "eigh(x)[1]", "The eigenvectors as columns"),
        )
    },
    "order": '''
def order(x):
    """Where the smallest entry of each row stands, then the next."""
    return torch.argsort(x, dim=-1, stable=True).to(torch.float64)
''',
    "take_along": '''
def take_along(x, places):
    """x[i, places[i, j]] for each row i."""
    return torch.gather(x, -1, places.long())
''',
    "put_along": '''
def put_along(x, places, size):
    """Rows of zeros with each x[i, j] added at places[i, j]."""
    return x.new_zeros((*x.shape[:-1], size)).scatter_add(-1, places.long(), x)
''',
    "recurrence": '''
def recurrence(b, a):
    """y[k] = b[k] + a[k]*y[k - 1] along each row."""
    found = [b[..., 0]]
    for k in range(1, b.shape[-1]):
        found.append(b[..., k] + a[..., k] * found[-1])
    return torch.stack(found, -1)
''',
    "scatter": '''
def scatter(x, shape, key):
    """Zeros of a shape with x at the place of an index."""
    whole = x.new_zeros(shape)
    whole[key] = x
    return whole
''',
    "gathered_back": '''
def gathered_back(x, shape, key):
    """Zeros of a shape to which x is added at the places of an index, each as often as it stands there."""
    numbers = torch.arange(math.prod(shape)).reshape(shape)[key]
    whole = x.new_zeros(math.prod(shape))
    return whole.index_add(0, numbers.reshape(-1), x.expand(numbers.shape).reshape(-1)).reshape(shape)
''',
    "pick": '''
def pick(scores, labels):
    """The score of the label of each row."""
    return torch.gather(scores, -1, labels.long()[..., None])[..., 0]
''',
    "one_hot": '''
def one_hot(labels, size):
    """For each label a row with a 1 at its place."""
    return (labels[..., None] == torch.arange(size)).to(torch.float64)
''',
    "cbrt": '''
def cbrt(x):
    """The cube root."""
    return torch.sign(x) * torch.pow(torch.abs(x), 1 / 3)
''',
    "cumsum": '''
def cumsum(x, axis):
    """The running sum."""
    return torch.cumsum(x.flatten(), 0) if axis is None else torch.cumsum(x, axis)
''',
    "cumsum_back": '''
def cumsum_back(x, axis):
    """The running sum from the end."""
    flat, place = (x.flatten(), 0) if axis is None else (x, axis)
    return torch.flip(torch.cumsum(torch.flip(flat, [place]), place), [place])
''',
}
