namespace Akin.Tensors.Tests;

public sealed class RaggedBatchTests
{
    [Fact]
    public void FromPadded_WithHolesAndLeftPadding_KeepsPositionsAndColumns()
    {
        RaggedBatch batch = RaggedBatch.FromPadded(
            [5, 6, 7, 8, 0, 0, 9, 10], 4, attentionMask: [1, 0, 1, 1, 0, 0, 1, 1], tokenTypeIds: [0, 0, 1, 1, 0, 0, 0, 1]);
        Assert.Equal([5, 7, 8, 9, 10], batch.InputIds.ToArray());
        Assert.Equal([0, 2, 3, 2, 3], batch.PositionIds.ToArray());
        Assert.Equal([0, 2, 3, 2, 3], batch.Columns.ToArray());
        Assert.Equal([0, 1, 1, 0, 1], batch.TokenTypeIds.ToArray());
        Assert.Equal([0, 3, 5], batch.Offsets.ToArray());
    }

    [Fact]
    public void FromPadded_NumberedAfterPadding_CountsMaskedTokensThatAreNotPadding()
    {
        // As RoBERTa: the padding id 1 has position 1, the others count on from 2, whatever the mask says.
        RaggedBatch batch = RaggedBatch.FromPadded(
            [1, 7, 8, 1, 9, 1], 6, attentionMask: [0, 1, 0, 1, 1, 0], numbering: PositionNumbering.AfterPadding(1));
        Assert.Equal([7, 1, 9], batch.InputIds.ToArray());
        Assert.Equal([2, 1, 4], batch.PositionIds.ToArray());
    }

    [Fact]
    public void Add_AfterClear_StartsAgainAndAllowsEmptySequences()
    {
        RaggedBatch batch = new();
        batch.Add([1, 2, 3], [0, 1, 1]);
        batch.Clear();
        batch.Add([]);
        batch.Add([4, 5]);
        Assert.Equal(2, batch.SequenceCount);
        Assert.Equal([0, 0, 2], batch.Offsets.ToArray());
        Assert.Equal([0, 0], batch.TokenTypeIds.ToArray());
        Assert.Equal([0, 1], batch.PositionIds.ToArray());
    }

    [Fact]
    public void ToPadded_OfTokenVectors_PutsThemIntoTheirColumns()
    {
        RaggedBatch batch = RaggedBatch.FromPadded([5, 6, 0, 7, 0, 0], 3, attentionMask: [1, 1, 0, 0, 1, 0]);
        float[] padded = new float[12];
        batch.ToPadded(new Tensor(new Shape(3, 2), [1, 2, 3, 4, 5, 6]), 3, padded);
        Assert.Equal([1, 2, 3, 4, 0, 0, 0, 0, 5, 6, 0, 0], padded);
    }

    [Fact]
    public void FromPadded_OfSizesThatDiffer_IsRefused()
    {
        Assert.Contains("2 entries", Assert.Throws<InvalidBatchException>(() => RaggedBatch.FromPadded([1, 2, 3], 3, attentionMask: [1, 1])).Message, StringComparison.Ordinal);
        Assert.Contains("mask of 2", Assert.Throws<InvalidBatchException>(() => RaggedBatch.FromPadded([1, 2, 3], 3, attentionMask: [1, 2, 1])).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidBatchException>(() => RaggedBatch.FromPadded([1, 2, 3], 2));
        Assert.Throws<InvalidBatchException>(() => new RaggedBatch().Add([1, 2], [0]));
    }
}
