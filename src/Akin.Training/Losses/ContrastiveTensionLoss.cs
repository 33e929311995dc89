using Akin.Pipelines;
using Akin.Tensors;
using Akin.Tensors.Operations;
using Akin.Training.Sentences;

namespace Akin.Training.Losses;

/// <summary>Trains a model on bare sentences: two copies of it must agree about a sentence, and differ about two.</summary>
/// <remarks>
/// <para>In words: the first text of a pair is encoded by a second copy of the model, the second text by the model itself. The same sentence should give them a large
/// product, two different ones a small one (Carlsson et al. 2021, https://openreview.net/forum?id=Ov_sMNau-PF).</para>
/// <para>Inputs: <c>sentence1, sentence2</c> with 1 for the same sentence and 0 for two different ones; <see cref="FromTexts"/> makes them of sentences. Requirements: a second
/// copy of the model, loaded to be trained; twice the memory. Without normalised embeddings.</para>
/// <para>Formula: Σ binary cross-entropy of u · v, a sum, not a mean: learning rates are small (1e-5).</para>
/// <para>Relations: <see cref="ContrastiveTensionLossInBatchNegatives"/> compares all sentences of a batch and learns faster; <see cref="DenoisingAutoEncoderLoss"/> needs
/// no second copy.</para>
/// <para>Example: <c>new ContrastiveTensionLoss(SentenceTransformer.FromPretrained(path, new SentenceTransformerOptions { IsTrainable = true }))</c>.</para>
/// </remarks>
/// <param name="twin">The second copy of the model, an object of its own.</param>
public sealed class ContrastiveTensionLoss(SentenceTransformer twin) : SentenceLoss
{
    /// <inheritdoc/>
    public override LossColumns Columns { get; } = new(new LossForm("sentence1, sentence2", 2, 2, LossLabel.ZeroOrOne));

    /// <inheritdoc/>
    public override SentenceTransformer Twin { get; } = twin;

    /// <summary>The twin's weights.</summary>
    public override IReadOnlyList<Parameter> Parameters { get; } = TwinParameters.Of(twin);

    /// <summary>How many pairs of different sentences there are for each pair of the same. Default: 7.</summary>
    public int NegativesPerPair { get; init; } = 7;

    /// <inheritdoc/>
    public override TextExamples FromTexts(IReadOnlyList<string> texts, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(texts);
        if (texts.Distinct(StringComparer.Ordinal).Count() < 2)
        {
            throw new LossInputException($"{nameof(ContrastiveTensionLoss)} wants at least two different sentences.");
        }

        Random random = new(unchecked((int)seed));
        List<SentenceExample> examples = [];
        for (int i = 0; i < texts.Count; i++)
        {
            bool isSame = i % (NegativesPerPair + 1) == 0;
            string other = texts[i];
            while (!isSame && other == texts[i])
            {
                other = texts[random.Next(texts.Count)];
            }

            examples.Add(new SentenceExample(texts[i], other, isSame ? 1 : 0));
        }

        return new TextExamples(examples, ["sentence1", "sentence2"], "label");
    }

    /// <inheritdoc/>
    protected override Tensor Compute(ForwardContext context, SentenceLossInput input)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(input);
        Tensor products = context.PairwiseDotScore(input.Embeddings[0], input.Embeddings[1]);
        return context.BinaryCrossEntropy(products, input.Labels!.ToArray(), new BinaryCrossEntropyOptions { Reduction = Reduction.Sum });
    }
}
