using Akin.Tensors;

namespace Akin.Models.Heads;

/// <summary>Walks through a decoder's layers as <see cref="LayerTrace"/> does, with the states of an encoder beside.</summary>
internal readonly struct DecoderTrace(ForwardContext context, Tensor embeddings, Tensor states, RaggedBatch read)
{
    private readonly LayerTrace _trace = new(context, embeddings);
    private readonly List<Tensor>? _crossAttentions = context.Captures(Capture.Attentions) ? [] : null;

    public IReadOnlyList<Tensor>? HiddenStates => _trace.HiddenStates;

    public Tensor Next<TLayer>(Tensor previous, TLayer layer, RaggedBatch batch)
        where TLayer : IDecoderLayer =>
        _trace.Next(previous, new WithStates<TLayer>(layer, states, read, _crossAttentions), batch);

    public DecoderOutput Output(Tensor lastHiddenState, IReadOnlyList<Tensor>? hiddenStates) =>
        new(lastHiddenState, hiddenStates, _trace.Attentions, _crossAttentions);

    private readonly struct WithStates<TLayer>(TLayer layer, Tensor states, RaggedBatch read, List<Tensor>? crossAttentions) : ITransformerLayer
        where TLayer : IDecoderLayer
    {
        public LayerOutput Forward(ForwardContext context, Tensor hidden, RaggedBatch batch)
        {
            (LayerOutput output, Tensor? crossAttention) = layer.Forward(context, hidden, batch, states, read);
            crossAttentions?.Add(crossAttention!);
            return output;
        }
    }
}
