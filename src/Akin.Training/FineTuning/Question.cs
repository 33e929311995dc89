using Akin.Datasets;
using Akin.Datasets.Tasks;
using Akin.Tokenizers;

namespace Akin.Training.FineTuning;

/// <summary>A question of a file in the layout of SQuAD.</summary>
/// <param name="Id">Its name in the file.</param>
/// <param name="Text">The question.</param>
/// <param name="Context">The text that may hold the answer.</param>
/// <param name="Answers">All right answers; none when there is no answer.</param>
/// <param name="Place">Where the first answer that the context has stands in it, in UTF-16 units, without outer spaces.</param>
/// <param name="IsMoved">Whether that is elsewhere than the file says.</param>
internal sealed record Question(string Id, string Text, string Context, string[] Answers, TextSpan? Place, bool IsMoved)
{
    /// <summary>Whether there are answers, but none that the context has.</summary>
    public bool IsAbsent => Answers.Length > 0 && Place is null;

    /// <summary>Reads a file.</summary>
    /// <param name="path">A file in the layout of SQuAD.</param>
    /// <param name="encoding">What it is written in; <see langword="null"/>: UTF-8.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="DataFormatException">The file is not of this layout, holds no question, or has one that is empty or has an empty context.</exception>
    public static Question[] Read(string path, string? encoding, CancellationToken cancellationToken)
    {
        Question[] questions = [.. SquadFiles.LoadFile(path, encoding, cancellationToken).Select(row => From(row, path))];
        return questions.Length > 0 ? questions : throw new DataFormatException(path, 0, "the file holds no question.");
    }

    private static Question From(DatasetRow row, string path)
    {
        (string id, string text, string context) = (row.Get<string>("id"), row.Get<string>("question"), row.Get<string>("context"));
        if (string.IsNullOrWhiteSpace(text) || string.IsNullOrWhiteSpace(context))
        {
            throw new DataFormatException(path, 0, $"question '{id}' {(string.IsNullOrWhiteSpace(text) ? "is" : "has a context that is")} empty.");
        }

        RowValues answers = (RowValues)row["answers"]!;
        string[] texts = (string[])answers["text"]!;
        int[] starts = (int[])answers["answer_start"]!;
        for (int i = 0; i < texts.Length; i++)
        {
            if (PlaceOf(texts[i], context, starts[i]) is { } place)
            {
                bool isMoved = i == 0 && place != SquadFiles.ToUtf16(context, starts[i]);
                string answer = texts[i];
                int skipped = answer.Length - answer.TrimStart().Length;
                return new Question(id, text, context, texts, new TextSpan(place + skipped, place + answer.TrimEnd().Length), isMoved);
            }
        }

        return new Question(id, text, context, texts, Place: null, IsMoved: false);
    }

    /// <summary>Where an answer stands: at its start, or else at the nearest place.</summary>
    private static int? PlaceOf(string answer, string context, int start)
    {
        if (string.IsNullOrWhiteSpace(answer))
        {
            return null;
        }

        int said = SquadFiles.ToUtf16(context, start), before = -1;
        for (int place = context.IndexOf(answer, StringComparison.Ordinal); place >= 0; place = context.IndexOf(answer, place + 1, StringComparison.Ordinal))
        {
            if (place >= said)
            {
                return before >= 0 && said - before < place - said ? before : place;
            }

            before = place;
        }

        return before >= 0 ? before : null;
    }
}
