"""Draws two kinds of charts as SVG: lines over two logarithmic axes, and dots on one.

Every series is labelled beside its own marks; labels that would meet move apart.
"""
import math
from html import escape

COLOURS = {'relgraph': '#0072b2', 'flat': '#707070', 'array': '#d55e00', 'correlated': '#e69f00',
           'grouped': '#b05a8f', 'orm': '#009e73', 'orm2': '#6aa84f'}
DASHED = ('flat', 'orm2')
FONT = 'font-family="Helvetica, Arial, sans-serif"'
HALO = ' stroke="#ffffff" stroke-width="3" paint-order="stroke"'
INK, GREY, GRID = '#222222', '#555555', '#e3e3e3'


def quantity(value, unit):
    """A value of an axis, as people say it."""
    if unit == 'ms':
        if value >= 1000:
            return f'{value / 1000:g} s'
        return f'{value:g} ms' if value >= 1 else f'{value * 1000:g} µs'
    return f'{value:,g} {unit}'.strip()


def decades(least, most):
    return [10.0 ** n for n in range(math.floor(math.log10(least)), math.ceil(math.log10(most)) + 1)]


def start(width, height, title):
    return [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
            f'role="img" aria-label="{escape(title)}" {FONT}>',
            f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
            text(24, 34, title, size=18, weight='bold')]


def text(x, y, content, size=13, anchor='start', colour=INK, weight='normal', extra=''):
    return (f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}" fill="{colour}" '
            f'font-weight="{weight}"{extra}>{escape(content)}</text>')


def line(x1, y1, x2, y2, colour=GRID, width=1.0):
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}" stroke-width="{width}"/>'


def spread(wanted, gap, top, bottom):
    """Positions as near to those wanted as they can be with a gap between any two."""
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    places = [wanted[i] for i in order]
    for _ in range(200):
        for i in range(len(places) - 1):
            overlap = gap - (places[i + 1] - places[i])
            if overlap > 0.01:
                places[i] -= overlap / 2
                places[i + 1] += overlap / 2
        if places:
            places[0] = max(places[0], top)
            places[-1] = min(places[-1], bottom)
    result = [0.0] * len(wanted)
    for place, i in zip(places, order):
        result[i] = place
    return result


def lines(title, x_title, y_title, series, unit):
    """A chart of series (name, colour, [(x, y)]) over logarithmic axes."""
    width, height, left, right, top, bottom = 860, 520, 84, 620, 64, 458
    x_ticks = decades(min(p[0] for s in series for p in s[2]), max(p[0] for s in series for p in s[2]))
    values = [p[1] for s in series for p in s[2]]
    low, high = math.log10(min(values)) - 0.08, math.log10(max(values)) + 0.08
    steps = (1, 2, 5) if high - low < 2.5 else (1,)
    y_ticks = [t * s for t in decades(min(values), max(values)) for s in steps if low <= math.log10(t * s) <= high]

    def at_x(value):
        return left + (right - left) * math.log10(value / x_ticks[0]) / max(1e-9, math.log10(x_ticks[-1] / x_ticks[0]))

    def at_y(value):
        return bottom - (bottom - top) * (math.log10(value) - low) / (high - low)

    out = start(width, height, title)
    for tick in y_ticks:
        out.append(line(left, at_y(tick), right, at_y(tick)))
        out.append(text(left - 10, at_y(tick) + 4.5, quantity(tick, unit), anchor='end', colour=GREY))
    for tick in x_ticks:
        out.append(line(at_x(tick), top, at_x(tick), bottom))
        out.append(text(at_x(tick), bottom + 22, f'{tick:,.0f}', anchor='middle', colour=GREY))
    out.append(line(left, bottom, right, bottom, GREY))
    out.append(text((left + right) / 2, bottom + 46, x_title, anchor='middle'))
    out.append(text(left - 10, top - 10, y_title, anchor='end'))
    places = spread([at_y(s[2][-1][1]) for s in series], 19, top, bottom)
    for (name, key, points), place in zip(series, places):
        colour = COLOURS[key]
        thick = 3.2 if key == 'relgraph' else 2
        dash = ' stroke-dasharray="6 4"' if key in DASHED else ''
        path = ' '.join(f'{at_x(x):.1f},{at_y(y):.1f}' for x, y in points)
        out.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="{thick}"{dash} '
                   'stroke-linejoin="round"/>')
        for x, y in points:
            out.append(f'<circle cx="{at_x(x):.1f}" cy="{at_y(y):.1f}" r="{thick + 0.8:.1f}" fill="{colour}"/>')
        end_x, end_y = at_x(points[-1][0]) + 6, at_y(points[-1][1])
        out.append(f'<polyline points="{end_x:.1f},{end_y:.1f} {right + 16},{place:.1f} {right + 20},{place:.1f}" '
                   f'fill="none" stroke="{colour}" stroke-width="0.8" opacity="0.6"/>')
        out.append(text(right + 24, place + 4.5, name, colour=colour, weight='bold' if key == 'relgraph' else 'normal'))
    out.append('</svg>')
    return '\n'.join(out) + '\n'


def dots(title, rows):
    """Rows (label, [(name, colour, factor)]) on one logarithmic axis; 1 is relgraph."""
    step, left, right, top = 34, 392, 812, 96
    height = top + step * len(rows) + 46
    values = [mark[2] for row in rows for mark in row[1]] + [1.0]
    low, high = math.log10(min(values)) - 0.1, math.log10(max(values)) + 0.1

    def at(value):
        return left + (right - left) * (math.log10(value) - low) / (high - low)

    out = start(860, height, title)
    legend = dict((mark[0], mark[1]) for row in rows for mark in row[1])
    x = 24
    for name, key in [('relgraph', 'relgraph')] + list(legend.items()):
        out.append(f'<circle cx="{x + 5}" cy="60" r="5" fill="{COLOURS[key]}"/>')
        out.append(text(x + 16, 64.5, name, colour=COLOURS[key]))
        x += 40 + 7.2 * len(name)
    ticks = [t * s for t in decades(10 ** low, 10 ** high) for s in (1, 2, 5) if low <= math.log10(t * s) <= high]
    if len(ticks) > 9:
        ticks = [t for t in ticks if math.log10(t) % 1 < 1e-9]
    for tick in ticks:
        out.append(line(at(tick), top - 12, at(tick), height - 40))
        out.append(text(at(tick), height - 20, f'{tick:g}×', anchor='middle', colour=GREY))
    out.append(line(at(1), top - 12, at(1), height - 40, COLOURS['relgraph'], 2.5))
    for i, (name, marks) in enumerate(rows):
        y = top + step * i + step / 2 - 6
        out.append(text(left - 16, y + 4.5, name, anchor='end', size=12.5))
        out.append(line(left, y, right, y, '#efefef'))
        for _, key, value in marks:
            out.append(f'<circle cx="{at(value):.1f}" cy="{y:.1f}" r="6" fill="{COLOURS[key]}" fill-opacity="0.9"/>')
        places = spread([at(mark[2]) for mark in marks], 24, left, right)
        for (_, key, value), place in zip(marks, places):
            out.append(text(place, y - 9, f'{value:.1f}' if value < 10 else f'{value:.0f}', size=10.5,
                            anchor='middle', colour=COLOURS[key], extra=HALO))
    out.append('</svg>')
    return '\n'.join(out) + '\n'
