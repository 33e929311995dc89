using System.Globalization;
using System.Text;

namespace Akin.Training.Metrics;

/// <summary>The text table of per-class scores that scikit-learn and seqeval print alike.</summary>
/// <param name="classes">The rows.</param>
/// <param name="digits">Digits behind the point.</param>
/// <param name="supportSuffix">What stands behind each support.</param>
internal sealed class ReportTable(IReadOnlyList<ClassScores> classes, int digits, string supportSuffix = "")
{
    private const int ColumnWidth = 9;

    // Python measures width in code points, so this does too: a name outside the basic plane counts once.
    private readonly int _nameWidth = Math.Max(classes.Select(c => CodePoints(c.Name)).Append("weighted avg".Length).Max(), digits);
    private readonly long _total = classes.Sum(c => c.Support);
    private readonly StringBuilder _text = new();

    public void AddClasses()
    {
        AddRow("", "precision", "recall", "f1-score", "support");
        _text.Append('\n');
        foreach (ClassScores row in classes)
        {
            AddScores(row.Name, row.Scores, row.Support);
        }

        _text.Append('\n');
    }

    public void AddAccuracy(double accuracy) => AddRow("accuracy", "", "", Fixed(accuracy), Support(_total));

    public void AddAverage(string name, PrecisionRecallF1 scores) => AddScores(name, scores, _total);

    public override string ToString() => _text.ToString();

    private void AddScores(string name, PrecisionRecallF1 scores, long support) =>
        AddRow(name, Fixed(scores.Precision), Fixed(scores.Recall), Fixed(scores.F1), Support(support));

    private void AddRow(string name, params ReadOnlySpan<string> cells)
    {
        _text.Append(' ', _nameWidth - CodePoints(name)).Append(name).Append(' ');
        foreach (string cell in cells)
        {
            _text.Append(' ').Append(cell.PadLeft(ColumnWidth));
        }

        _text.Append('\n');
    }

    private static int CodePoints(string name) => name.EnumerateRunes().Count();

    private string Support(long support) => support.ToString(CultureInfo.InvariantCulture) + supportSuffix;

    private string Fixed(double value) => RoundHalfEven(value, digits).ToString($"F{digits}", CultureInfo.InvariantCulture);

    // Python rounds an exact tie to the even digit, .NET away from zero. A double is an exact tie only when its fraction fits in digits + 1 bits.
    private static double RoundHalfEven(double value, int digits)
    {
        double scaled = value * Math.Pow(2, digits + 1);
        return scaled == Math.Truncate(scaled) && Math.Abs(value) < 1e6 ? (double)Math.Round((decimal)value, digits) : value;
    }
}
