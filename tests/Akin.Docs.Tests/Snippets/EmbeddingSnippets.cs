using Akin.Pipelines;

namespace Akin.Docs.Tests.Snippets;

[Collection(SnippetCollection.Name)]
public sealed class EmbeddingSnippets : Snippet
{
    [SharedFact(ModelServer.Model)]
    public void One()
    {
        #region one
        SentenceTransformer model = SentenceTransformer.FromPretrained("sentence-transformers/all-MiniLM-L6-v2");
        float[] one = model.Encode("Where can I print something?");
        float[][] many = model.Encode(["Printing and copying", "Story time for small children"]);
        Console.WriteLine($"{model.Dimension} floats; texts are read up to {model.MaxSequenceLength} tokens");
        #endregion
        Assert.Equal("384 floats; texts are read up to 256 tokens\n", Printed);
        Assert.Equal(384, one.Length);
        Assert.True(model.Similarity([one], many)[0][0] > model.Similarity([one], many)[0][1]);
    }

    [SharedFact(ModelServer.Model)]
    public void Prompts()
    {
        #region prompts
        SentenceTransformer model = SentenceTransformer.FromPretrained("sentence-transformers/all-MiniLM-L6-v2");
        float[][] queries = model.EncodeQueries(["Where can I print something?"]);
        float[][] prompted = model.Encode(["Where can I print something?"], new EmbeddingOptions { Prompt = "query: " });
        #endregion
        Assert.Equal(model.Encode("Where can I print something?"), queries[0]);
        Assert.Equal(model.Encode("query: Where can I print something?"), prompted[0]);
    }

    [SharedFact(ModelServer.Model)]
    public void Precision()
    {
        #region precision
        SentenceTransformer model = SentenceTransformer.FromPretrained("sentence-transformers/all-MiniLM-L6-v2");
        float[][] embeddings = model.Encode(["one", "two", "three"], new EmbeddingOptions { TruncateDimension = 128, Normalize = true });
        QuantizedEmbeddings bytes = QuantizedEmbeddings.Quantize(embeddings, EmbeddingPrecision.Int8, EmbeddingRanges.Of(embeddings));
        QuantizedEmbeddings bits = QuantizedEmbeddings.Quantize(embeddings, EmbeddingPrecision.UBinary);
        Console.WriteLine($"{embeddings[0].Length * sizeof(float)} bytes, {bytes.Width} bytes, {bits.Width} bytes");
        #endregion
        Assert.Equal("512 bytes, 128 bytes, 16 bytes\n", Printed);
    }

    [SharedFact(ModelServer.Model)]
    public async Task Many()
    {
        #region many
        SentenceTransformer model = SentenceTransformer.FromPretrained("sentence-transformers/all-MiniLM-L6-v2");
        string[] texts = ["first", "second"];
        float[] matrix = new float[texts.Length * model.Dimension];
        model.Encode(texts, matrix);
        await foreach (float[] embedding in model.EncodeAsync(texts.ToAsyncEnumerable()))
        {
            Console.WriteLine(embedding.Length);
        }
        #endregion
        Assert.Equal("384\n384\n", Printed);
        Assert.Equal(model.Encode("second"), matrix[model.Dimension..]);
    }

    [SharedFact(ModelServer.Model)]
    public void Whitening()
    {
        File.WriteAllLines("texts.txt", Enumerable.Range(0, 80).Select(i => $"entry {i * 7919 % 1000} of list {i % 9}"));
        #region whitening
        SentenceTransformer model = SentenceTransformer.FromPretrained("sentence-transformers/all-MiniLM-L6-v2");
        string[] texts = File.ReadAllLines("texts.txt");
        float[] embeddings = new float[texts.Length * model.Dimension];
        model.Encode(texts, embeddings);
        EmbeddingMap map = EmbeddingMap.Whitening(embeddings, model.Dimension, outputSize: 64);
        SentenceTransformer whitened = model.Append(map);
        whitened.SavePretrained("whitened");
        #endregion
        Assert.Equal(whitened.Encode(texts[0]), SentenceTransformer.FromPretrained("whitened").Encode(texts[0]));
    }

    [SharedFact(ModelServer.Model)]
    public void Aligning()
    {
        File.WriteAllLines("english.txt", Enumerable.Range(0, 20).Select(i => $"entry {i * 7919 % 1000} of list {i % 9}"));
        File.WriteAllLines("korean.txt", Enumerable.Range(0, 20).Select(i => $"목록 {i % 9}의 항목 {i * 7919 % 1000}"));
        #region aligning
        SentenceTransformer model = SentenceTransformer.FromPretrained("sentence-transformers/all-MiniLM-L6-v2");
        float[][] languages = [.. new[] { "english.txt", "korean.txt" }.Select(file => model.Encode(File.ReadAllLines(file)).SelectMany(vector => vector).ToArray())];
        SentenceTransformer aligned = model.Append(EmbeddingMap.Aligning(languages, model.Dimension));
        aligned.SavePretrained("aligned");
        #endregion
        Assert.Equal(aligned.Encode("목록"), SentenceTransformer.FromPretrained("aligned").Encode("목록"));
    }
}
