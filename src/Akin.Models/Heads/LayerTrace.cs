using Akin.Tensors;
using Akin.Tensors.Operations;

namespace Akin.Models.Heads;

/// <summary>Walks through a model's layers: keeps what is to be captured and gives the rest back.</summary>
public readonly struct LayerTrace
{
    private readonly ForwardContext _context;
    private readonly List<Tensor>? _hiddenStates;
    private readonly List<Tensor>? _attentions;

    /// <summary>Begins at the embeddings.</summary>
    /// <param name="context">The running pass.</param>
    /// <param name="embeddings">What goes into the first layer, <c>[tokens, hidden]</c>.</param>
    public LayerTrace(ForwardContext context, Tensor embeddings)
    {
        _context = context;
        _hiddenStates = context.Captures(Capture.HiddenStates) ? [embeddings] : null;
        _attentions = context.Captures(Capture.Attentions) ? [] : null;
    }

    /// <summary>With <see cref="Capture.HiddenStates"/>: the embeddings and the output of every layer.</summary>
    public IReadOnlyList<Tensor>? HiddenStates => _hiddenStates;

    /// <summary>With <see cref="Capture.Attentions"/>: the probabilities of every layer.</summary>
    public IReadOnlyList<Tensor>? Attentions => _attentions;

    /// <summary>Runs the next layer, with <see cref="ForwardContext.GradientCheckpointing"/> so that only its input is kept.</summary>
    /// <param name="previous">What goes into the layer; given back unless it is captured or recorded.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="batch">The sequences.</param>
    /// <returns>What goes into the layer after it.</returns>
    /// <exception cref="OperationCanceledException">The pass was cancelled.</exception>
    public Tensor Next<TLayer>(Tensor previous, TLayer layer, RaggedBatch batch)
        where TLayer : ITransformerLayer
    {
        _context.CancellationToken.ThrowIfCancellationRequested();
        LayerOutput output = _context.GradientCheckpointing && _attentions is null
            ? new LayerOutput(Checkpointed(_context, previous, layer, batch), Attention: null)
            : layer.Forward(_context, previous, batch);
        if (_hiddenStates is null)
        {
            _context.Release(previous);
        }

        _hiddenStates?.Add(output.Hidden);
        _attentions?.Add(output.Attention!);
        return output.Hidden;
    }

    private static Tensor Checkpointed<TLayer>(ForwardContext context, Tensor previous, TLayer layer, RaggedBatch batch)
        where TLayer : ITransformerLayer =>
        context.Checkpoint(previous, hidden => layer.Forward(context, hidden, batch).Hidden);
}
