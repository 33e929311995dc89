using Akin.Tensors;

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

    /// <summary>Goes on to the next layer.</summary>
    /// <param name="previous">What went into the layer; given back unless it is captured or recorded.</param>
    /// <param name="output">What came out of it.</param>
    /// <returns>What goes into the next layer.</returns>
    /// <exception cref="OperationCanceledException">The pass was cancelled.</exception>
    public Tensor Next(Tensor previous, LayerOutput output)
    {
        _context.CancellationToken.ThrowIfCancellationRequested();
        if (_hiddenStates is null)
        {
            _context.Release(previous);
        }

        _hiddenStates?.Add(output.Hidden);
        _attentions?.Add(output.Attention!);
        return output.Hidden;
    }
}
