namespace Akin.Tokenizers.Models;

/// <summary>For every place of a text the best path of tokens that ends there (Viterbi, 1967).</summary>
internal sealed class UnigramPaths
{
    private const int None = -1;

    private Ending[] endings = new Ending[256];
    private int[] steps = new int[64];
    private int known; // places that have been cleared

    /// <summary>Whether so much memory is in use that it should not be kept for later calls.</summary>
    public bool IsHuge => endings.Length > 1 << 16;

    /// <summary>Starts a new text.</summary>
    public void Start(double score)
    {
        endings[0] = new Ending { Score = score };
        known = 1;
    }

    public double ScoreAt(int place) => endings[place].Score;

    public int IdAt(int place) => endings[place].Id;

    /// <summary>A token that would end at a place; the better path is kept, the earlier one when both are equal.</summary>
    public void Offer(int start, int end, int id, double score)
    {
        if (end >= known)
            MakeRoom(end);
        ref Ending ending = ref endings[end];
        if (ending.Start >= 0 && !(score > ending.Score))
            return;
        ending.Score = score;
        ending.Start = start;
        ending.Id = id;
    }

    /// <summary>Walks the best path back from its end and returns its number of tokens; <see cref="Step"/> counts them from the end.</summary>
    public int Trace(int end)
    {
        int count = 0;
        for (int place = end; place > 0; place = endings[place].Start)
        {
            if (count == steps.Length)
                Array.Resize(ref steps, count * 2);
            steps[count++] = place;
        }
        return count;
    }

    /// <summary>A token of the path that was traced last.</summary>
    public (int Start, int Id) Step(int index, out int end)
    {
        end = steps[index];
        return (endings[end].Start, endings[end].Id);
    }

    private void MakeRoom(int end)
    {
        if (end >= endings.Length)
            Array.Resize(ref endings, Math.Max(endings.Length * 2, end + 1));
        while (known <= end)
            endings[known++] = new Ending { Start = None };
    }

    private struct Ending
    {
        public double Score;
        public int Start;
        public int Id;
    }
}
