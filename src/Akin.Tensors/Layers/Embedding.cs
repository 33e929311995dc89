using System.Numerics.Tensors;
using Akin.Kernels;

namespace Akin.Tensors.Layers;

/// <summary>A table of vectors looked up by id, <c>[rows, size]</c> under <c>weight</c>.</summary>
public sealed class Embedding
{
    private readonly Tensor _table;
    private readonly int? _paddingId;

    /// <summary>Loads a table.</summary>
    /// <param name="weights">Where <c>weight</c> is.</param>
    /// <param name="rowCount">How many ids there are.</param>
    /// <param name="size">Floats of a vector.</param>
    /// <param name="paddingId">An id whose vector is not trained (PyTorch's <c>padding_idx</c>), or <see langword="null"/>.</param>
    public Embedding(Weights weights, int rowCount, int size, int? paddingId = null)
    {
        Table = weights.Load("weight", new Shape(rowCount, size), Initialization.Normal);
        _table = Table.Value;
        _paddingId = paddingId;
    }

    /// <summary>The vectors, row-major; a decoder may share them.</summary>
    public Parameter Table { get; }

    /// <summary>Looks vectors up.</summary>
    /// <param name="context">The running pass.</param>
    /// <param name="ids">Rows of the table, <c>[tokens]</c>; they must not change before the backward pass.</param>
    /// <returns><c>[tokens, size]</c>.</returns>
    /// <exception cref="InvalidBatchException">An id is outside the table.</exception>
    public Tensor Forward(ForwardContext context, ReadOnlyMemory<int> ids)
    {
        RequireInTable(ids.Span);
        Tensor output = context.Rent(new Shape(ids.Length, _table.ColumnCount));
        Kernels.Embedding.Gather(_table.Span, _table.ColumnCount, ids.Span, output.Span);
        if (context.Records(_table))
        {
            context.Record(new Node(this, ids, output, isInPlace: false));
        }

        return output;
    }

    /// <summary>Looks vectors up and adds them to a sum in place, as position and token type embeddings join the words'.</summary>
    /// <param name="context">The running pass.</param>
    /// <param name="ids">Rows of the table, <c>[tokens]</c>; they must not change before the backward pass.</param>
    /// <param name="sum">Added to, <c>[tokens, size]</c>; nothing else may have read it yet.</param>
    /// <exception cref="InvalidBatchException">An id is outside the table.</exception>
    public void AddTo(ForwardContext context, ReadOnlyMemory<int> ids, Tensor sum)
    {
        RequireInTable(ids.Span);
        Kernels.Embedding.GatherAdd(_table.Span, _table.ColumnCount, ids.Span, sum.Span);
        if (context.Records(_table))
        {
            context.Record(new Node(this, ids, sum, isInPlace: sum.RequiresGradient));
        }
    }

    /// <summary>Adds one vector to every token of a sum in place.</summary>
    /// <param name="context">The running pass.</param>
    /// <param name="id">The row of the table.</param>
    /// <param name="sum">Added to, <c>[tokens, size]</c>; nothing else may have read it yet.</param>
    /// <exception cref="InvalidBatchException">The id is outside the table.</exception>
    public void AddTo(ForwardContext context, int id, Tensor sum)
    {
        RequireInTable([id]);
        Span<float> vector = _table.Row(id);
        for (int token = 0; token < sum.RowCount; token++)
        {
            TensorPrimitives.Add(sum.Row(token), vector, sum.Row(token));
        }

        if (context.Records(_table))
        {
            context.Record(new SingleRowNode(this, id, sum, isInPlace: sum.RequiresGradient));
        }
    }

    private void RequireInTable(ReadOnlySpan<int> ids)
    {
        for (int token = 0; token < ids.Length; token++)
        {
            if ((uint)ids[token] >= (uint)_table.RowCount)
            {
                throw new InvalidBatchException(
                    $"Token {token} of the batch asks for row {ids[token]} of '{Table.Name}', which has rows 0 to {_table.RowCount - 1}: " +
                    "the tokenizer does not belong to this model, or the text is longer than the model can take and must be truncated.");
            }
        }
    }

    private sealed class Node(Embedding layer, ReadOnlyMemory<int> ids, Tensor output, bool isInPlace) : TapeNode(output)
    {
        public override bool IsInPlace => isInPlace;

        public override IReadOnlyList<Tensor> Weights => [layer._table];

        // y = table[id]:  dtable[id] += dy; a sum passes its gradient on unchanged.
        public override void Backward(ForwardContext context, Tensor outputGradient) =>
            Kernels.Embedding.ScatterAdd(
                outputGradient.Span, Output.ColumnCount, ids.Span, context.GradientOfRows(layer._table, ids.Span), layer._paddingId);
    }

    private sealed class SingleRowNode(Embedding layer, int id, Tensor output, bool isInPlace) : TapeNode(output)
    {
        public override bool IsInPlace => isInPlace;

        public override IReadOnlyList<Tensor> Weights => [layer._table];

        // y[t] = x[t] + table[id]:  dtable[id] += Σ tokens of dy; a sum passes its gradient on unchanged.
        public override void Backward(ForwardContext context, Tensor outputGradient)
        {
            int size = Output.ColumnCount;
            ColumnSums.Add(outputGradient.Span, context.GradientOfRows(layer._table, [id]).Slice(id * size, size), context.Pool);
        }
    }
}
