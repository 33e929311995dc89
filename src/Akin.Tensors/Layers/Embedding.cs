using System.Numerics.Tensors;
using Akin.Kernels;

namespace Akin.Tensors.Layers;

/// <summary>A table of vectors looked up by id, <c>[rows, size]</c> under <c>weight</c>.</summary>
public sealed class Embedding
{
    private readonly RowScaledMatrix? _scaledRows; // the table, where it stayed bytes
    private readonly int _rowCount;
    private readonly int _size;
    private readonly int? _paddingId;

    /// <summary>Loads a table.</summary>
    /// <param name="weights">Where <c>weight</c> is.</param>
    /// <param name="rowCount">How many ids there are.</param>
    /// <param name="size">Floats of a vector.</param>
    /// <param name="paddingId">An id whose vector is not trained (PyTorch's <c>padding_idx</c>), or <see langword="null"/>.</param>
    public Embedding(Weights weights, int rowCount, int size, int? paddingId = null)
    {
        Table = weights.LoadTable("weight", new Shape(rowCount, size), Initialization.Normal);
        _scaledRows = Table.ScaledRows;
        (_rowCount, _size) = (rowCount, size);
        _paddingId = paddingId;
    }

    /// <summary>The vectors; a decoder may share them.</summary>
    public Parameter Table { get; }

    /// <summary>Looks vectors up.</summary>
    /// <param name="context">The running pass.</param>
    /// <param name="ids">Rows of the table, <c>[tokens]</c>; they must not change before the backward pass.</param>
    /// <returns><c>[tokens, size]</c>.</returns>
    /// <exception cref="InvalidBatchException">An id is outside the table.</exception>
    public Tensor Forward(ForwardContext context, ReadOnlyMemory<int> ids)
    {
        RequireInTable(ids.Span);
        Tensor output = context.Rent(new Shape(ids.Length, _size));
        if (_scaledRows is not null)
        {
            Kernels.Embedding.Gather(_scaledRows, ids.Span, output.Span);
            return output;
        }

        Tensor table = Table.Value;
        Kernels.Embedding.Gather(table.Span, _size, ids.Span, output.Span);
        if (context.Records(table))
        {
            context.Record(new Node(this, table, ids, output, isInPlace: false));
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
        if (_scaledRows is not null)
        {
            Kernels.Embedding.GatherAdd(_scaledRows, ids.Span, sum.Span);
            return;
        }

        Tensor table = Table.Value;
        Kernels.Embedding.GatherAdd(table.Span, _size, ids.Span, sum.Span);
        if (context.Records(table))
        {
            context.Record(new Node(this, table, ids, sum, isInPlace: sum.RequiresGradient));
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
        if (_scaledRows is not null)
        {
            for (int token = 0; token < sum.RowCount; token++)
            {
                _scaledRows.AddRow(id, sum.Row(token));
            }

            return;
        }

        Tensor table = Table.Value;
        Span<float> vector = table.Row(id);
        for (int token = 0; token < sum.RowCount; token++)
        {
            TensorPrimitives.Add(sum.Row(token), vector, sum.Row(token));
        }

        if (context.Records(table))
        {
            context.Record(new SingleRowNode(table, id, sum, isInPlace: sum.RequiresGradient));
        }
    }

    private void RequireInTable(ReadOnlySpan<int> ids)
    {
        for (int token = 0; token < ids.Length; token++)
        {
            if ((uint)ids[token] >= (uint)_rowCount)
            {
                throw new InvalidBatchException(
                    $"Token {token} of the batch asks for row {ids[token]} of '{Table.Name}', which has rows 0 to {_rowCount - 1}: " +
                    "the tokenizer does not belong to this model, or the text is longer than the model can take and must be truncated.");
            }
        }
    }

    private sealed class Node(Embedding layer, Tensor table, ReadOnlyMemory<int> ids, Tensor output, bool isInPlace) : TapeNode(output)
    {
        public override bool IsInPlace => isInPlace;

        public override IReadOnlyList<Tensor> Weights => [table];

        // y = table[id]:  dtable[id] += dy; a sum passes its gradient on unchanged.
        public override void Backward(ForwardContext context, Tensor outputGradient) =>
            Kernels.Embedding.ScatterAdd(
                outputGradient.Span, Output.ColumnCount, ids.Span, context.GradientOfRows(table, ids.Span), layer._paddingId);
    }

    private sealed class SingleRowNode(Tensor table, int id, Tensor output, bool isInPlace) : TapeNode(output)
    {
        public override bool IsInPlace => isInPlace;

        public override IReadOnlyList<Tensor> Weights => [table];

        // y[t] = x[t] + table[id]:  dtable[id] += Σ tokens of dy; a sum passes its gradient on unchanged.
        public override void Backward(ForwardContext context, Tensor outputGradient)
        {
            int size = Output.ColumnCount;
            ColumnSums.Add(outputGradient.Span, context.GradientOfRows(table, [id]).Slice(id * size, size), context.Pool);
        }
    }
}
