using System.IO.Compression;
using System.Text.Json;
using Akin.Search.Lexical;

namespace Akin.Search.Tests.Lexical;

/// <summary>A question-answering set in SQuAD's form as a retrieval set: each distinct paragraph is a document, each question has one relevant paragraph.</summary>
internal sealed class QuestionCollection
{
    private readonly List<string> _paragraphs = [];
    private readonly List<(string Question, int Paragraph)> _questions = [];

    public QuestionCollection(string path)
    {
        using GZipStream stream = new(File.OpenRead(path), CompressionMode.Decompress);
        using JsonDocument json = JsonDocument.Parse(stream);
        Dictionary<string, int> places = [];
        foreach (JsonElement paragraph in json.RootElement.GetProperty("data").EnumerateArray().SelectMany(article => article.GetProperty("paragraphs").EnumerateArray()))
        {
            string context = paragraph.GetProperty("context").GetString()!;
            if (places.TryAdd(context, _paragraphs.Count))
            {
                _paragraphs.Add(context);
            }

            foreach (JsonElement question in paragraph.GetProperty("qas").EnumerateArray())
            {
                _questions.Add((question.GetProperty("question").GetString()!, places[context]));
            }
        }
    }

    public int QuestionCount => _questions.Count;

    /// <summary>The mean nDCG@10: with one relevant paragraph, 1/log₂(rank + 1).</summary>
    public double NdcgAt10(Bm25Options options)
    {
        Bm25Index index = new(_paragraphs, options);
        return _questions.AsParallel().Average(question =>
        {
            int place = index.Search(question.Question, 10).Select(hit => hit.Document).ToList().IndexOf(question.Paragraph);
            return place < 0 ? 0 : 1 / Math.Log2(place + 2);
        });
    }
}
