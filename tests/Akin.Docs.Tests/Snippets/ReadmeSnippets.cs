using Akin.Models;
using Akin.Models.Heads;
using Akin.Pipelines;
using Akin.Search;
using Akin.Tensors;
using Akin.Tokenizers;

namespace Akin.Docs.Tests.Snippets;

[Collection(SnippetCollection.Name)]
public sealed class ReadmeSnippets : Snippet
{
    [SharedFact(ModelServer.Model)]
    public void Embed()
    {
        #region embed
        SentenceTransformer model = SentenceTransformer.FromPretrained("sentence-transformers/all-MiniLM-L6-v2");
        float[][] embeddings = model.Encode(["How long may I keep a book?", "Novels are lent for four weeks.", "The lift goes to every floor."]);
        float[][] similarity = model.Similarity(embeddings, embeddings);
        Console.WriteLine($"{similarity[0][1]:F2} {similarity[0][2]:F2}");
        #endregion
        Assert.True(similarity[0][1] > similarity[0][2]);
        Assert.Matches(@"^-?0\.\d\d -?0\.\d\d\n$", Printed);
    }

    [SharedFact(ModelServer.Model)]
    public void Search()
    {
        #region search
        SentenceTransformer model = SentenceTransformer.FromPretrained("sentence-transformers/all-MiniLM-L6-v2");
        using SemanticIndex index = SemanticIndex.OpenOrCreate("faq.akin", model);
        index.Add(
        [
            new Document("hours", "We are open Tuesday to Friday from nine to eight."),
            new Document("fees", "After the due date a fee of twenty cents a day is charged."),
            new Document("rooms", "Quiet rooms for groups can be booked online."),
        ]);
        foreach (SearchHit hit in index.Search("What does it cost to bring a novel back too late?", count: 2))
        {
            Console.WriteLine($"{hit.Score:F2} {hit.Document.Id}");
        }
        #endregion
        Assert.Matches(@"^0\.\d\d fees\n0\.\d\d \w+\n$", Printed);
    }

    [SharedFact(ModelServer.Model)]
    public void Forward()
    {
        #region forward
        EncoderModel model = AutoModel.FromPretrained("sentence-transformers/all-MiniLM-L6-v2");
        Tokenizer tokenizer = AutoTokenizer.FromPretrained("sentence-transformers/all-MiniLM-L6-v2");
        RaggedBatch batch = model.CreateBatch();
        batch.Add(tokenizer.Encode("Texts of any length stand one after the other: there is no padding.").Ids);
        EncoderOutput output = model.Forward(new ForwardContext(), batch);
        Console.WriteLine(output.LastHiddenState.Shape);
        #endregion
        Assert.Equal($"[{batch.TokenCount}, 384]\n", Printed);
    }
}
