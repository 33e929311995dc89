using Akin.Kernels;
using Akin.Pipelines;
using Akin.Server.Batching;
using Akin.Tokenizers;

namespace Akin.Server.Models;

/// <summary>A sequence classifier, cross-encoders included: the result of a text or pair is its raw scores.</summary>
internal sealed class ServedClassifier(string name, string source, CrossEncoder model, ModelKind kind) : ServedModel(name, source)
{
    private readonly BatchLanes _lanes = new(model.Model.CreateBatch);
    private readonly EncodeOptions _encode = new() { Truncation = new Truncation(model.MaxLength) };

    public override ModelKind Kind => kind;

    public override Tokenizer Tokenizer => model.Tokenizer;

    public override int MaxSequenceLength => model.MaxLength;

    /// <summary>The names of the scores, in their order.</summary>
    public IReadOnlyList<string> Labels => model.Labels;

    /// <summary>What becomes of the raw score of a query and a document.</summary>
    public ScoreActivation RankingActivation => model.Activation;

    /// <summary>What becomes of the raw scores of a text's labels.</summary>
    public ScoreActivation LabelActivation { get; } = TextClassificationPipeline.ActivationOf(model.Model.Config);

    /// <summary>The tokens of a text, or of a pair.</summary>
    public TokenizedText Tokenize(string text, string? pair)
    {
        Encoding encoding = Tokenizer.Encode(text, pair, _encode);
        return new TokenizedText(encoding.Ids, encoding.TypeIds);
    }

    public override float[][] Compute(int group, IReadOnlyList<TokenizedText> texts, WorkerPool pool) => _lanes.Run(texts, pool, (context, batch, results) =>
    {
        Tensors.Tensor logits = model.Model.Forward(context, batch).Logits;
        for (int i = 0; i < results.Length; i++)
        {
            results[i] = logits.Row(i).ToArray();
        }
    });
}
