namespace Akin.Tokenizers.Models;

/// <summary>
/// The places of a very long piece that are to merge, by rank. Ranks are taken from the lowest up, so that a place is written once, at the end of
/// its rank's list, and read once: where a heap would jump about in memory, this mostly walks.
/// </summary>
/// <param name="rankCount">One more than the highest rank.</param>
internal sealed class BpeQueue(int rankCount)
{
    // A list is a chain of blocks in one array: the number of the next block, how many places it holds, the places.
    private const int BlockSize = 32;
    private const int Header = 2;
    private const int None = 0; // block 0 is not used

    private readonly int[] firstBlock = new int[rankCount];
    private readonly int[] lastBlock = new int[rankCount];
    private int[] blocks = new int[1 << 12];
    private int blockCount = 1;
    private int freeBlock = None;
    private int[] places = new int[64];

    /// <summary>Adds a place that merges with a rank.</summary>
    public void Add(int rank, int place)
    {
        int block = lastBlock[rank];
        if (block == None || blocks[(block * BlockSize) + 1] == BlockSize - Header)
            block = AddBlock(rank);
        ref int count = ref blocks[(block * BlockSize) + 1];
        blocks[(block * BlockSize) + Header + count++] = place;
    }

    /// <summary>Takes all places of a rank, in reading order.</summary>
    public ReadOnlySpan<int> Take(int rank)
    {
        int count = 0;
        for (int block = firstBlock[rank]; block != None;)
        {
            ReadOnlySpan<int> ofBlock = blocks.AsSpan((block * BlockSize) + Header, blocks[(block * BlockSize) + 1]);
            if (count + ofBlock.Length > places.Length)
                Array.Resize(ref places, places.Length * 2);
            ofBlock.CopyTo(places.AsSpan(count));
            count += ofBlock.Length;
            int following = blocks[block * BlockSize];
            blocks[block * BlockSize] = freeBlock;
            (freeBlock, block) = (block, following);
        }
        firstBlock[rank] = lastBlock[rank] = None;
        Span<int> taken = places.AsSpan(0, count);
        for (int i = 1; i < taken.Length; i++)
        {
            if (taken[i] < taken[i - 1])
            {
                taken.Sort(); // places that came up when earlier ranks merged
                break;
            }
        }
        return taken;
    }

    private int AddBlock(int rank)
    {
        int block = freeBlock;
        if (block != None)
        {
            freeBlock = blocks[block * BlockSize];
        }
        else
        {
            block = blockCount++;
            if (blockCount * BlockSize > blocks.Length)
                Array.Resize(ref blocks, blocks.Length * 2);
        }
        blocks[block * BlockSize] = None;
        blocks[(block * BlockSize) + 1] = 0;
        if (lastBlock[rank] == None)
            firstBlock[rank] = block;
        else
            blocks[lastBlock[rank] * BlockSize] = block;
        lastBlock[rank] = block;
        return block;
    }
}
