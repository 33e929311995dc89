using System.Globalization;

namespace Akin.Datasets.Tasks;

/// <summary>Pairs of sentences with people's scores of how alike they are: a .tsv or .csv file (also .gz) whose header names sentence1, sentence2 and score.</summary>
/// <param name="First">The first sentence of each pair.</param>
/// <param name="Second">The second sentence of each pair.</param>
/// <param name="Scores">The scores, on the scale of the file.</param>
public sealed record StsFile(IReadOnlyList<string> First, IReadOnlyList<string> Second, IReadOnlyList<double> Scores)
{
    /// <summary>Reads a file; quotation marks in a .tsv are text.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="DataFormatException">The file is broken, lacks a column, has fewer than two pairs, or a score that is no number.</exception>
    public static StsFile Read(string path)
    {
        List<string> first = [], second = [];
        List<double> scores = [];
        foreach (DelimitedRow row in DelimitedFile.Read(path))
        {
            first.Add(row["sentence1"]);
            second.Add(row["sentence2"]);
            scores.Add(ScoreOf(path, row));
        }

        return scores.Count >= 2
            ? new StsFile(first, second, scores)
            : throw new DataFormatException(InputFile.DisplayName(path), 0, "there is one pair; a correlation needs two or more.");
    }

    private static double ScoreOf(string path, DelimitedRow row) =>
        double.TryParse(row["score"], NumberStyles.Float, CultureInfo.InvariantCulture, out double score) && double.IsFinite(score)
            ? score
            : throw new DataFormatException(InputFile.DisplayName(path), row.Line, $"the score '{row["score"]}' is not a number.");
}
