using Akin.Models.Heads;
using Akin.Pipelines;
using Akin.Tensors;
using Akin.Tensors.Operations;
using Akin.Training.Sentences;

namespace Akin.Training.Losses;

/// <summary>Trains a model on bare sentences: from the embedding of a damaged sentence a decoder must write the whole one (TSDAE).</summary>
/// <remarks>
/// <para>In words: words are deleted from a sentence and the rest is embedded. A decoder, which shares the encoder's weights and sees nothing of the sentence but its embedding
/// and the words it should have written before, writes the sentence again; so the embedding learns to hold all of it (Wang, Reimers and Gurevych 2021,
/// https://arxiv.org/abs/2104.06979).</para>
/// <para>Inputs: <c>damaged, original</c>, no label; <see cref="FromTexts"/> makes them of sentences. Requirements: an encoder of BERT's or RoBERTa's kind; CLS pooling works
/// best; embeddings as wide as the layers.</para>
/// <para>Formula: the cross-entropy of every token of the original but the first, the mean over all tokens of the batch.</para>
/// <para>Relations: adapts a model to a field without labels; follow it by <see cref="MultipleNegativesRankingLoss"/> on whatever pairs there are.</para>
/// <para>Example: <c>new DenoisingAutoEncoderLoss(model)</c>.</para>
/// </remarks>
public sealed class DenoisingAutoEncoderLoss : SentenceLoss
{
    private readonly SentenceDecoder _decoder;

    /// <summary>Makes the loss with a new decoder.</summary>
    /// <param name="model">The model that is trained.</param>
    /// <param name="seed">Seeds the weights that only the decoder has. Default: 0.</param>
    /// <exception cref="NotSupportedException">The model's encoder cannot be read as a decoder.</exception>
    public DenoisingAutoEncoderLoss(SentenceTransformer model, ulong seed = 0)
    {
        ArgumentNullException.ThrowIfNull(model);
        _decoder = model.CreateDecoder(seed);
        Parameters = [.. _decoder.Parameters.Select(parameter => parameter.As($"decoder.{parameter.Name}"))];
    }

    /// <inheritdoc/>
    public override LossColumns Columns { get; } = new(new LossForm("damaged, original", 2, 2, LossLabel.None));

    /// <summary>The weights that only the decoder has.</summary>
    public override IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>The original is not embedded.</summary>
    public override int? TokenColumn => 1;

    /// <summary>The share of words that <see cref="FromTexts"/> deletes. Default: 0.6.</summary>
    public double DeletedShare { get; init; } = 0.6;

    /// <inheritdoc/>
    public override TextExamples FromTexts(IReadOnlyList<string> texts, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(texts);
        return new TextExamples([.. texts.Select((text, i) => new SentenceExample(WordDeletion.Apply(text, DeletedShare, seed, i), text))], ["damaged", "original"], LabelColumn: null);
    }

    /// <inheritdoc/>
    protected override Tensor Compute(ForwardContext context, SentenceLossInput input)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(input);
        RaggedBatch originals = input.Tokens!;
        ReadOnlySpan<int> ids = originals.InputIds.Span;
        ReadOnlySpan<int> offsets = originals.Offsets.Span;
        RaggedBatch read = new(originals.Numbering);
        List<int> next = [];
        for (int text = 0; text < originals.SequenceCount; text++)
        {
            ReadOnlySpan<int> tokens = ids[offsets[text]..offsets[text + 1]];
            read.Add(tokens[..^1]);
            next.AddRange(tokens[1..]);
        }

        return context.CrossEntropy(_decoder.Forward(context, read, input.Embeddings[0]), next.ToArray());
    }
}
