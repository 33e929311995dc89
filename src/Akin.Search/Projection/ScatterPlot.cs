using System.Globalization;
using System.Net;
using System.Text;

namespace Akin.Search.Projection;

/// <summary>Draws points as one SVG file that needs nothing else: a colour for each group, the text of a point where the pointer rests, dark and light.</summary>
public sealed record ScatterPlot
{
    // Colours told apart by most eyes on light and dark; further groups get another shape.
    private static readonly (string Light, string Dark)[] Colours =
    [
        ("#2563c9", "#7aabff"), ("#c2570c", "#ffa45c"), ("#14804a", "#5fd39a"), ("#a12f8f", "#ee8fdd"), ("#0e7c86", "#57cfda"),
        ("#8a6a00", "#e0bf4e"), ("#b3261e", "#ff8a80"), ("#5b5fc7", "#b0b3ff"), ("#5f6b0c", "#c3d052"), ("#6b7280", "#aab2bd"),
    ];

    private const double Width = 900;
    private const double Height = 640;
    private const double Margin = 24;
    private const double LegendRow = 22;
    private const double LegendColumn = 220;
    private const double TitleHeight = 44;
    private const int LongestName = 22;
    private const double FullSizePoints = 1000;

    /// <summary>The places, for example of <see cref="Tsne"/>.</summary>
    public required IReadOnlyList<PlanePoint> Points { get; init; }

    /// <summary>The headline; none when empty.</summary>
    public string Title { get; init; } = "";

    /// <summary>The group (class, cluster) of each point; empty for none.</summary>
    public IReadOnlyList<string> Groups { get; init; } = [];

    /// <summary>What is shown where the pointer rests on a point, for example its text; empty for none.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>The picture.</summary>
    /// <exception cref="ArgumentException">There are groups or labels, but not as many as points, or a place is not finite.</exception>
    public string ToSvg()
    {
        Check();
        string[] names = [.. Groups.Distinct()];
        int legendColumns = (int)((Width - (2 * Margin)) / LegendColumn);
        double legendHeight = (names.Length + legendColumns - 1) / legendColumns * LegendRow;
        double top = Margin + (Title.Length > 0 ? TitleHeight - Margin : 0);
        double height = top + Height + legendHeight + Margin;
        StringBuilder svg = new();
        Append(svg, $"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Width} {height}" role="img" aria-label="{Escape(Title.Length > 0 ? Title : "Scatter plot")}"><style>{Style()}</style><rect width="100%" height="100%" class="page"/>""");
        if (Title.Length > 0)
        {
            Append(svg, $"""<text class="title" x="{Margin}" y="30">{Escape(Title)}</text>""");
        }

        Frame frame = Frame.Around(Points, top);

        // Many points are drawn smaller, so that they do not hide one another.
        double size = Math.Clamp(Math.Sqrt(FullSizePoints / Math.Max(1, Points.Count)), 0.4, 1);
        for (int i = 0; i < Points.Count; i++)
        {
            int group = Groups.Count == 0 ? 0 : Array.IndexOf(names, Groups[i]);
            svg.Append(Mark(group, frame.X(Points[i]), frame.Y(Points[i]), size));
            svg.Append(Labels.Count == 0 ? "</g>\n" : $"<title>{Escape(Labels[i])}</title></g>\n");
        }

        for (int i = 0; i < names.Length; i++)
        {
            double x = Margin + (i % legendColumns * LegendColumn) + 6;
            double y = top + Height + (i / legendColumns * LegendRow) + (Margin / 2);
            string name = names[i].EnumerateRunes().Count() > LongestName ? string.Concat(names[i].EnumerateRunes().Take(LongestName - 1)) + "…" : names[i];
            Append(svg, $"""{Mark(i, x, y, size: 1)}</g><text class="name" x="{x + 12}" y="{y + 5}">{Escape(name)}</text>""");
            svg.Append('\n');
        }

        return svg.Append("</svg>\n").ToString();
    }

    private static string Mark(int group, double x, double y, double size)
    {
        string shape = (group / Colours.Length % 3) switch
        {
            0 => """<circle r="4"/>""",
            1 => """<rect x="-3.6" y="-3.6" width="7.2" height="7.2"/>""",
            _ => """<path d="M0-4.8 4.4 3.2-4.4 3.2Z"/>""",
        };
        return string.Create(CultureInfo.InvariantCulture, $"""<g class="c{group % Colours.Length}" transform="translate({x:F1} {y:F1}) scale({size:F2})">{shape}""");
    }

    private static string Style()
    {
        string light = string.Concat(Colours.Select((colour, i) => $".c{i}{{fill:{colour.Light}}}"));
        string dark = string.Concat(Colours.Select((colour, i) => $".c{i}{{fill:{colour.Dark}}}"));
        const string Font = "font-family:system-ui,'Segoe UI','Noto Sans','Apple SD Gothic Neo','Malgun Gothic','PingFang SC','Microsoft YaHei','Noto Sans CJK KR','Noto Sans CJK SC',sans-serif";
        return $".page{{fill:#fff}}text{{fill:#1c2126;{Font}}}.title{{font-size:20px;font-weight:600}}.name{{font-size:15px}}g{{fill-opacity:.75}}{light}"
            + $"@media(prefers-color-scheme:dark){{.page{{fill:#14181c}}text{{fill:#e6eaee}}{dark}}}";
    }

    private static string Escape(string text) => WebUtility.HtmlEncode(string.Concat(text.Select(c => char.IsControl(c) && c is not ('\n' or '\t') ? '\uFFFD' : c)));

    private static void Append(StringBuilder svg, FormattableString text) => svg.Append(text.ToString(CultureInfo.InvariantCulture));

    private void Check()
    {
        if ((Groups.Count > 0 && Groups.Count != Points.Count) || (Labels.Count > 0 && Labels.Count != Points.Count))
        {
            throw new ArgumentException($"There are {Points.Count} points, {Groups.Count} groups and {Labels.Count} labels; give as many as points, or none.");
        }

        for (int i = 0; i < Points.Count; i++)
        {
            if (!double.IsFinite(Points[i].X) || !double.IsFinite(Points[i].Y))
            {
                throw new ArgumentException($"Point {i} is at {Points[i].X}, {Points[i].Y}; only finite places can be drawn.");
            }
        }
    }

    /// <summary>Maps places into the picture with one scale for both directions, so that distances are not distorted.</summary>
    private sealed record Frame(double Scale, double Left, double Top, double FirstX, double LastY)
    {
        public static Frame Around(IReadOnlyList<PlanePoint> points, double top)
        {
            double width = points.Count == 0 ? 0 : points.Max(point => point.X) - points.Min(point => point.X);
            double height = points.Count == 0 ? 0 : points.Max(point => point.Y) - points.Min(point => point.Y);
            double scale = Math.Min((Width - (2 * Margin)) / Math.Max(width, 1e-300), (Height - Margin) / Math.Max(height, 1e-300));
            scale = width == 0 && height == 0 ? 1 : scale;
            return points.Count == 0
                ? new Frame(1, 0, 0, 0, 0)
                : new Frame(scale, (Width - (width * scale)) / 2, top + ((Height - Margin - (height * scale)) / 2), points.Min(point => point.X), points.Max(point => point.Y));
        }

        public double X(PlanePoint point) => Left + ((point.X - FirstX) * Scale);

        public double Y(PlanePoint point) => Top + ((LastY - point.Y) * Scale);
    }
}
