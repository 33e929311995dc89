using Akin.Pipelines;
using Akin.Search;
using Akin.Search.Evaluation;
using Akin.Search.Hybrid;
using Akin.Search.Lexical;
using Akin.Search.Lexical.Analysis;
using Akin.Search.Passages;
using Akin.Search.Ranking;
using Akin.Search.Storage;
using Akin.Tokenizers;

namespace Akin.Docs.Tests.Snippets;

[Collection(SnippetCollection.Name)]
public sealed class SearchSnippets : Snippet
{
    [SharedFact(ModelServer.Model)]
    public void Change()
    {
        #region change
        SentenceTransformer model = SentenceTransformer.FromPretrained("sentence-transformers/all-MiniLM-L6-v2");
        using SemanticIndex index = SemanticIndex.OpenOrCreate("notes.akin", model);
        index.Add([new Document("1", "The heating is repaired on Monday.") { Title = "Heating", Metadata = """{"floor": 2}""" }]);
        index.Add([new Document("1", "The heating is repaired on Tuesday.") { Title = "Heating" }, new Document("2", "Cake in the kitchen!")]);
        index.Store.Delete(["2"]);
        Console.WriteLine($"{index.Store.Count} document: {index.Search("When is it warm again?", count: 5)[0].Document.Text}");
        #endregion
        Assert.Equal("1 document: The heating is repaired on Tuesday.\n", Printed);
    }

    [Fact]
    public void Words()
    {
        using (DocumentStore notes = DocumentStore.OpenOrCreate("notes.akin", new IndexFacts("m", 1)))
        {
            notes.Upsert([new DocumentVector(new Document("1", "The heating is repaired on Tuesday."), new float[] { 1 }), new DocumentVector(new Document("2", "Heating and cake!"), new float[] { 1 })]);
        }

        #region words
        using DocumentStore store = DocumentStore.Open("notes.akin");
        using LexicalIndex words = new(store);
        LexicalHighlighter highlighter = new(TextAnalyzers.Default);
        LexicalQuery query = LexicalQuery.Parse("+heating \"on Tuesday\" -cake");
        foreach (SearchHit hit in words.Search(query, count: 10))
        {
            Console.WriteLine($"{hit.Document.Id} {highlighter.Snippet(hit.Document.Text, query, before: "*", after: "*")}");
        }

        words.Publish();
        #endregion
        Assert.Equal("1 The *heating* is repaired *on* *Tuesday*.\n", Printed);
    }

    [SharedFact(ModelServer.Model)]
    public void Hybrid()
    {
        using (SemanticIndex notes = SemanticIndex.OpenOrCreate("notes.akin", SentenceTransformer.FromPretrained("sentence-transformers/all-MiniLM-L6-v2")))
        {
            notes.Add([new Document("1", "The heating is repaired on Tuesday."), new Document("2", "There is cake in the kitchen!")]);
        }

        #region hybrid
        using SemanticIndex meaning = SemanticIndex.OpenOrCreate("notes.akin", SentenceTransformer.FromPretrained("sentence-transformers/all-MiniLM-L6-v2"));
        using LexicalIndex byWords = new(meaning.Store);
        HybridIndex hybrid = new(meaning, byWords);
        IReadOnlyList<SearchHit> found = hybrid.Search("When is the heating repaired?", count: 50);
        IReadOnlyList<SearchHit> best = HitReranking.Rerank("When is the heating repaired?", found, new NGramRanker());
        Console.WriteLine($"{best[0].Document.Text} (meaning counts {hybrid.Weights.Meaning:P0})");
        #endregion
        Assert.Equal("The heating is repaired on Tuesday. (meaning counts 50 %)\n", Printed);
    }

    [SharedFact(ModelServer.Model)]
    public void Passages()
    {
        #region passages
        SentenceTransformer encoder = SentenceTransformer.FromPretrained("sentence-transformers/all-MiniLM-L6-v2");
        EncodeOptions plain = new() { AddSpecialTokens = false };
        PassageSplitter splitter = new(text => encoder.Tokenizer.Encode(text, options: plain).Offsets, new PassageOptions { Length = 20, Overlap = 10 });
        Document manual = new("manual", "To begin, press the green button. The lamp blinks twice. If it stays dark, change the battery. Old batteries go to the shop.");
        using SemanticIndex books = SemanticIndex.OpenOrCreate("books.akin", encoder);
        books.Add(splitter.Split(manual));
        PassageGroup group = PassageGroup.Of(books.Search("Where do I bring used batteries?", count: 10))[0];
        Console.WriteLine($"{group.DocumentId}: {group.Passages[0].Document.Text}");
        #endregion
        Assert.Equal("manual: If it stays dark, change the battery. Old batteries go to the shop.\n", Printed);
    }

    [Fact]
    public void Measure()
    {
        #region measure
        Judgements judgements = new();
        judgements.Add("q1", "d1", 1);
        RetrievalRun run = new();
        run.Add("q1", [new ScoredDocument("d2", 0.9), new ScoredDocument("d1", 0.8)]);
        RetrievalEvaluation evaluation = RetrievalEvaluation.Of(judgements, run, RetrievalMeasure.NdcgAt(10), RetrievalMeasure.ReciprocalRank);
        Console.WriteLine($"{evaluation.Means["ndcg_cut_10"]:F4} {evaluation.Means["recip_rank"]:F4}");
        #endregion
        Assert.Equal("0.6309 0.5000\n", Printed); // 1 / log2(3), 1 / 2
    }
}
