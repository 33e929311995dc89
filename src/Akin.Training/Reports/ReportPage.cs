using System.Globalization;
using System.Reflection;
using System.Text;
using Akin.Training.Metrics;

namespace Akin.Training.Reports;

/// <summary>Writes the HTML of a training report, from its title down.</summary>
/// <param name="report">What is shown.</param>
internal sealed class ReportPage(TrainingReport report)
{
    // A larger matrix is not readable, and its page would not be small; the list of confusions tells more.
    private const int MaxMatrixClasses = 40;
    private const int ListedConfusions = 12;

    // From this share of its row on, a cell is so dark that its number is written light.
    private const double DarkShare = 0.55;

    private static readonly Lazy<string> Style = new(ReadStyle);

    private readonly StringBuilder _html = new();

    /// <summary>The whole page.</summary>
    public string Render()
    {
        string title = Html.Escape(report.Title);
        Line("<!DOCTYPE html>");
        Line($"""<html><head><meta charset="utf-8"/><meta name="viewport" content="width=device-width, initial-scale=1"/><meta name="color-scheme" content="light dark"/>""");

        // The page needs nothing from outside, and so may not ask for it.
        Line($"""<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"/>""");
        Line($"<title>{title}</title><style>{Style.Value}</style></head><body><main>");
        Line($"<h1>{title}</h1>");
        AddFacts();
        AddCurves();
        AddBest();
        AddClasses();
        AddConfusion();
        Line("</main></body></html>");
        return _html.ToString();
    }

    private void AddFacts()
    {
        if (report.Facts.Count == 0)
        {
            return;
        }

        Line("<dl>");
        foreach ((string name, string value) in report.Facts)
        {
            Line($"<div><dt>{Html.Escape(name)}</dt><dd>{Html.Escape(value)}</dd></div>");
        }

        Line("</dl>");
    }

    private void AddCurves()
    {
        IReadOnlyList<(string Title, IReadOnlyList<LearningCurve> Curves)> charts = LearningCurve.Arrange(report.History);
        if (charts.Count == 0)
        {
            return;
        }

        Line("<h2>Learning curves</h2><div class=\"charts\">");
        foreach ((string title, IReadOnlyList<LearningCurve> curves) in charts)
        {
            Line($"<figure><figcaption><b>{Html.Escape(title)}</b>");
            for (int i = 0; i < curves.Count && curves.Count > 1; i++)
            {
                Line($"""<span class="key"><i style="background:var(--curve-{i % LineChart.ColourCount})"></i>{Html.Escape(curves[i].Name)}</span>""");
            }

            Line($"</figcaption>{new LineChart($"{title} by step", curves).Render()}</figure>");
        }

        Line("</div>");
    }

    private void AddBest()
    {
        LearningCurve[] curves =
            [.. LearningCurve.Arrange(report.History).SelectMany(chart => chart.Curves).Where(curve => curve.Name.StartsWith("eval_", StringComparison.Ordinal))];
        if (curves.Length == 0)
        {
            return;
        }

        Line("""<h2>Evaluation</h2><div class="scroll"><table><thead><tr><th scope="col">Metric</th><th scope="col">Best</th><th scope="col">at step</th><th scope="col">Last</th></tr></thead><tbody>""");
        foreach (LearningCurve curve in curves)
        {
            bool lower = curve.Name.EndsWith("loss", StringComparison.Ordinal) || curve.Name.EndsWith("error", StringComparison.Ordinal);
            (long step, double value) = lower ? curve.Points.MinBy(point => point.Value) : curve.Points.MaxBy(point => point.Value);
            Line($"""<tr><th scope="row">{Html.Escape(curve.Name)}</th><td>{value:F4}</td><td>{step}</td><td>{curve.Points[^1].Value:F4}</td></tr>""");
        }

        Line("</tbody></table></div>");
    }

    private void AddClasses()
    {
        if (report.Classes.Count == 0)
        {
            return;
        }

        Line("""<h2>Classes</h2><div class="scroll"><table><thead><tr><th scope="col">Class</th><th scope="col">Precision</th><th scope="col">Recall</th><th scope="col">F1</th><th scope="col">Support</th></tr></thead><tbody>""");
        foreach (ClassScores row in report.Classes)
        {
            AddScores(row.Name, row.Scores, row.Support);
        }

        Line("</tbody><tfoot>");
        foreach ((string name, PrecisionRecallF1 scores) in report.Averages)
        {
            AddScores(name, scores, report.Classes.Sum(row => row.Support));
        }

        Line("</tfoot></table></div>");
    }

    private void AddScores(string name, PrecisionRecallF1 scores, long support) => Line(
        $"""<tr><th scope="row">{Html.Escape(name)}</th><td>{scores.Precision:F4}</td><td>{scores.Recall:F4}</td><td class="bar" style="--share:{(double.IsNaN(scores.F1) ? 0 : scores.F1):F3}">{scores.F1:F4}</td><td>{support}</td></tr>""");

    private void AddConfusion()
    {
        if (report.Confusion is not { } confusion)
        {
            return;
        }

        Line("<h2>Confusion matrix</h2>");
        if (confusion.ClassCount <= MaxMatrixClasses)
        {
            AddMatrix(confusion);
        }
        else
        {
            Line($"<p>{confusion.ClassCount} classes are too many for a table.</p>");
        }

        AddFrequentConfusions(confusion);
    }

    private void AddMatrix(ConfusionMatrix confusion)
    {
        Line("""<p>Rows: the right class. Columns: what was predicted. The shade is the share of the row.</p><div class="scroll"><table class="matrix"><thead><tr><td></td>""");
        foreach (string name in confusion.Names)
        {
            Line($"""<th scope="col"><span>{Html.Escape(name)}</span></th>""");
        }

        Line("</tr></thead><tbody>");
        for (int row = 0; row < confusion.ClassCount; row++)
        {
            Line($"""<tr><th scope="row">{Html.Escape(confusion.Names[row])}</th>""");
            double total = Math.Max(1, confusion.ExpectedCount(row));
            for (int column = 0; column < confusion.ClassCount; column++)
            {
                double share = confusion[row, column] / total;
                string kind = (row == column ? "hit" : "miss") + (share >= DarkShare ? " dark" : "");
                Line($"""<td class="{kind}" style="--share:{share:F3}">{confusion[row, column]}</td>""");
            }

            Line("</tr>");
        }

        Line("</tbody></table></div>");
    }

    private void AddFrequentConfusions(ConfusionMatrix confusion)
    {
        (int Row, int Column)[] frequent =
        [
            .. Enumerable.Range(0, confusion.ClassCount)
                .SelectMany(row => Enumerable.Range(0, confusion.ClassCount).Where(column => column != row && confusion[row, column] > 0).Select(column => (row, column)))
                .OrderByDescending(cell => confusion[cell.row, cell.column]).Take(ListedConfusions),
        ];
        if (frequent.Length == 0)
        {
            Line("<p>Nothing was confused.</p>");
            return;
        }

        Line("""<h3>Most frequent confusions</h3><div class="scroll"><table class="confusions"><thead><tr><th scope="col">Right</th><th scope="col">Predicted</th><th scope="col">Count</th><th scope="col">of the class</th></tr></thead><tbody>""");
        foreach ((int row, int column) in frequent)
        {
            double share = (double)confusion[row, column] / confusion.ExpectedCount(row);
            Line($"""<tr><th scope="row">{Html.Escape(confusion.Names[row])}</th><th scope="row">{Html.Escape(confusion.Names[column])}</th><td>{confusion[row, column]}</td><td>{100 * share:F1} %</td></tr>""");
        }

        Line("</tbody></table></div>");
    }

    private static string ReadStyle()
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("Akin.Training.Reports.report.css")!;
        using StreamReader reader = new(stream);
        return reader.ReadToEnd();
    }

    private void Line(string text) => _html.Append(text).Append('\n');

    private void Line(FormattableString text) => Line(text.ToString(CultureInfo.InvariantCulture));
}
