using Akin.Models.Configuration;
using Akin.Tensors;
using Akin.Tensors.Layers;

namespace Akin.Models.Heads;

/// <summary>
/// A model of two parts as a backbone of classifiers: the decoder reads the same text as the encoder, moved right by one with the decoder's start before
/// it (Lewis et al. 2019, section 3).
/// </summary>
internal sealed class Seq2SeqReader(Seq2SeqConfig config, Weights weights, Seq2SeqModel model) : EncoderModel(config, weights)
{
    public Seq2SeqModel Model { get; } = model;

    public override Embedding WordEmbeddings => Model.WordEmbeddings;

    public override PositionNumbering Numbering => Model.Numbering;

    public override EncoderOutput Forward(ForwardContext context, RaggedBatch batch)
    {
        RaggedBatch moved = CreateBatch();
        ReadOnlySpan<int> offsets = batch.Offsets.Span, ids = batch.InputIds.Span;
        for (int text = 0; text < batch.SequenceCount; text++)
        {
            ReadOnlySpan<int> tokens = ids[offsets[text]..offsets[text + 1]];
            moved.Add(tokens.IsEmpty ? [] : [config.DecoderStartId, .. tokens[..^1]]);
        }

        DecoderOutput output = Model.Decode(context, moved, Model.Encode(context, batch).LastHiddenState, batch);
        return new EncoderOutput(output.LastHiddenState, PooledOutput: null, output.HiddenStates, output.Attentions);
    }
}
