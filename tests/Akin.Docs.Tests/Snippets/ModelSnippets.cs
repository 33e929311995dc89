using Akin.Models;
using Akin.Models.Heads;
using Akin.Tensors;
using Akin.Tokenizers;

namespace Akin.Docs.Tests.Snippets;

[Collection(SnippetCollection.Name)]
public sealed class ModelSnippets : Snippet
{
    [SharedFact(ModelServer.Model)]
    public void Gradients()
    {
        #region gradients
        Tokenizer tokenizer = AutoTokenizer.FromPretrained("sentence-transformers/all-MiniLM-L6-v2");
        SequenceClassificationModel model = AutoModelForSequenceClassification.FromPretrained(
            "sentence-transformers/all-MiniLM-L6-v2", new LoadOptions { InitializesMissing = true, IsTrainable = true });
        RaggedBatch batch = model.CreateBatch();
        foreach (string text in (string[])["The film was a joy.", "Two hours of my life that I want back."])
        {
            batch.Add(tokenizer.Encode(text).Ids);
        }

        ForwardContext context = new(tape: new Tape());
        LogitsOutput output = model.Forward(context, batch);
        Tensor loss = model.Loss(context, output, new[] { 1, 0 });
        context.Backward(loss);
        Console.WriteLine($"loss {loss.Span[0]:F2}, {model.InitializedWeights.Count} new weights, {model.Parameters.Count(weight => weight.Gradient is not null)} gradients");
        #endregion
        // 103 weights of the model and the 2 new ones
        Assert.Matches(@"^loss 0\.\d\d, 2 new weights, 105 gradients\n$", Printed);
    }
}
