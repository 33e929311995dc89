using System.Globalization;
using System.Text;

namespace Akin.Training.Reports;

/// <summary>Draws learning curves as an SVG picture whose colours come from the page (<c>--curve-0</c> …), so that it suits dark and light.</summary>
/// <param name="title">What the picture shows, for readers who cannot see it.</param>
/// <param name="curves">The lines.</param>
internal sealed class LineChart(string title, IReadOnlyList<LearningCurve> curves)
{
    /// <summary>How many colours there are; further lines begin again with the first.</summary>
    public const int ColourCount = 6;

    // The picture is scaled to the page; these are its own units.
    private const double Width = 420;
    private const double Height = 250;
    private const double Left = 52;
    private const double Right = 400;
    private const double Top = 12;
    private const double Bottom = 222;
    private const int MaxDots = 40;

    // A line is not drawn finer than this many columns, each with its lowest and highest value.
    private const int MaxColumns = 400;

    private readonly Axis _steps = Axis.Of([.. curves.SelectMany(curve => curve.Points).Select(point => (double)point.Step)], wholeNumbers: true);
    private readonly Axis _values = Axis.Of([.. curves.SelectMany(curve => curve.Points).Select(point => point.Value)], wholeNumbers: false);
    private readonly StringBuilder _svg = new();

    /// <summary>The <c>svg</c> element.</summary>
    public string Render()
    {
        Append($"""<svg viewBox="0 0 {Width} {Height}" role="img" aria-label="{Html.Escape(title)}">""");
        DrawGrid();
        for (int i = 0; i < curves.Count; i++)
        {
            DrawCurve(curves[i], i % ColourCount);
        }

        return _svg.Append("</svg>\n").ToString();
    }

    private void DrawGrid()
    {
        foreach (double tick in _values.Ticks)
        {
            Append($"""<line class="grid" x1="{Left}" x2="{Right}" y1="{Y(tick):F1}" y2="{Y(tick):F1}"/><text class="tick" text-anchor="end" x="{Left - 6}" y="{Y(tick) + 4:F1}">{_values.Label(tick)}</text>""");
        }

        foreach (double tick in _steps.Ticks)
        {
            Append($"""<text class="tick" text-anchor="middle" x="{X(tick):F1}" y="{Bottom + 18}">{_steps.Label(tick)}</text>""");
        }

        Append($"""<line class="axis" x1="{Left}" x2="{Right}" y1="{Bottom}" y2="{Bottom}"/>""");
    }

    private void DrawCurve(LearningCurve curve, int colour)
    {
        IReadOnlyList<(long Step, double Value)> points = Thin(curve.Points);
        if (points.Count > 1)
        {
            IEnumerable<string> places = points.Select(point => string.Create(CultureInfo.InvariantCulture, $"{X(point.Step):F1},{Y(point.Value):F1}"));
            Append($"""<polyline class="curve" style="stroke:var(--curve-{colour})" points="{string.Join(' ', places)}"/>""");
        }

        if (points.Count <= MaxDots)
        {
            foreach ((long step, double value) in points)
            {
                Append($"""<circle style="fill:var(--curve-{colour})" r="3" cx="{X(step):F1}" cy="{Y(value):F1}"><title>{Html.Escape(curve.Name)}, step {step}: {value:G5}</title></circle>""");
            }
        }
    }

    private static IReadOnlyList<(long Step, double Value)> Thin(IReadOnlyList<(long Step, double Value)> points)
    {
        if (points.Count <= 2 * MaxColumns)
        {
            return points;
        }

        int columnSize = (points.Count + MaxColumns - 1) / MaxColumns;
        return
        [
            .. points.Chunk(columnSize).SelectMany(column => new[] { column.MinBy(point => point.Value), column.MaxBy(point => point.Value) }.OrderBy(point => point.Step)),
        ];
    }

    private double X(double step) => Left + (_steps.Share(step) * (Right - Left));

    private double Y(double value) => Bottom - (_values.Share(value) * (Bottom - Top));

    private void Append(FormattableString text) => _svg.Append(text.ToString(CultureInfo.InvariantCulture));
}
