namespace Akin.Search.Evaluation;

/// <summary>A measure of one ranking, as trec_eval 9 defines it. Grades of 1 and more count as relevant.</summary>
/// <remarks>The mean over queries is arithmetic, except for the geometric <see cref="GeometricMap"/>.</remarks>
public sealed class RetrievalMeasure
{
    // trec_eval takes the logarithm of at least this for geometric means.
    private const double LeastPrecision = 0.00001;

    private readonly Func<JudgedRanking, double> _value;

    private RetrievalMeasure(string name, Func<JudgedRanking, double> value, bool isGeometric = false)
    {
        Name = name;
        IsGeometric = isGeometric;
        _value = value;
    }

    /// <summary>trec_eval's name, such as <c>ndcg_cut_10</c>.</summary>
    public string Name { get; }

    /// <summary>Whether values of queries are logarithms, and the mean is the exponential of their mean.</summary>
    public bool IsGeometric { get; }

    /// <summary>Average precision: the mean, over all relevant documents, of the precision at their rank (0 for those not found).</summary>
    public static RetrievalMeasure Map { get; } = new("map", ranking => AveragePrecision(ranking, int.MaxValue));

    /// <summary>The geometric mean of <see cref="Map"/>, which counts a query that fails more; at least 0.00001 each.</summary>
    public static RetrievalMeasure GeometricMap { get; } =
        new("gm_map", ranking => Math.Log(Math.Max(AveragePrecision(ranking, int.MaxValue), LeastPrecision)), isGeometric: true);

    /// <summary>One divided by the rank of the first relevant document; 0 when none was found.</summary>
    public static RetrievalMeasure ReciprocalRank { get; } = new("recip_rank", ranking => FirstReciprocal(ranking, int.MaxValue));

    /// <summary>Normalised discounted cumulative gain over the whole ranking.</summary>
    public static RetrievalMeasure Ndcg { get; } = new("ndcg", ranking => NormalizedGain(ranking, int.MaxValue));

    /// <summary>Precision at the depth that equals the number of relevant documents.</summary>
    public static RetrievalMeasure RPrecision { get; } =
        new("Rprec", ranking => Share(ranking.RelevantIn(ranking.RelevantCount), ranking.RelevantCount));

    /// <summary>How rarely documents judged not relevant stand before relevant ones (Buckley and Voorhees 2004, as trec_eval bounds it).</summary>
    public static RetrievalMeasure BinaryPreference { get; } = new("bpref", Preference);

    /// <summary>The mean of interpolated precision at recall 0, 0.1 … 1.</summary>
    public static RetrievalMeasure ElevenPointAverage { get; } =
        new("11pt_avg", ranking => Enumerable.Range(0, 11).Average(tenth => InterpolatedPrecision(ranking, tenth / 10.0)));

    /// <summary>Average precision over the first <paramref name="depth"/> documents, still divided by all relevant ones.</summary>
    public static RetrievalMeasure MapAt(int depth) => new($"map_cut_{Depth(depth)}", ranking => AveragePrecision(ranking, depth));

    /// <summary>nDCG over the first <paramref name="depth"/> documents: gain = grade, discount = log2(rank + 1), ideal over the same depth.</summary>
    public static RetrievalMeasure NdcgAt(int depth) => new($"ndcg_cut_{Depth(depth)}", ranking => NormalizedGain(ranking, depth));

    /// <summary>Relevant documents among the first <paramref name="depth"/>, divided by it even if fewer were found.</summary>
    public static RetrievalMeasure PrecisionAt(int depth) => new($"P_{Depth(depth)}", ranking => (double)ranking.RelevantIn(depth) / depth);

    /// <summary>Relevant documents among the first <paramref name="depth"/>, divided by all relevant ones.</summary>
    public static RetrievalMeasure RecallAt(int depth) =>
        new($"recall_{Depth(depth)}", ranking => Share(ranking.RelevantIn(depth), ranking.RelevantCount));

    /// <summary>1 when a relevant document is among the first <paramref name="depth"/>, else 0.</summary>
    public static RetrievalMeasure SuccessAt(int depth) => new($"success_{Depth(depth)}", ranking => ranking.RelevantIn(depth) > 0 ? 1 : 0);

    /// <summary><see cref="ReciprocalRank"/> where ranks beyond <paramref name="depth"/> count 0 (MRR@k; trec_eval has only the one without a cut).</summary>
    public static RetrievalMeasure ReciprocalRankAt(int depth) => new($"recip_rank_cut_{Depth(depth)}", ranking => FirstReciprocal(ranking, depth));

    /// <summary>The highest precision at any depth whose recall is at least <paramref name="recall"/>.</summary>
    /// <param name="recall">0 … 1.</param>
    public static RetrievalMeasure InterpolatedPrecisionAt(double recall) =>
        new(FormattableString.Invariant($"iprec_at_recall_{recall:0.00}"), ranking => InterpolatedPrecision(ranking, recall));

    /// <summary>The value for one ranking.</summary>
    /// <param name="ranking">The ranking with its grades.</param>
    public double ValueOf(JudgedRanking ranking)
    {
        ArgumentNullException.ThrowIfNull(ranking);
        return _value(ranking);
    }

    /// <summary>The mean of the values of queries.</summary>
    /// <param name="values">One value for each query; at least one.</param>
    public double MeanOf(IEnumerable<double> values) => IsGeometric ? Math.Exp(values.Average()) : values.Average();

    private static int Depth(int depth)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(depth, 1);
        return depth;
    }

    private static double Share(int part, int whole) => whole == 0 ? 0 : (double)part / whole;

    private static double AveragePrecision(JudgedRanking ranking, int depth)
    {
        double sum = 0;
        int relevant = 0;
        for (int i = 0; i < Math.Min(depth, ranking.Grades.Count); i++)
        {
            if (ranking.IsRelevantAt(i))
            {
                sum += (double)++relevant / (i + 1);
            }
        }

        return ranking.RelevantCount == 0 ? 0 : sum / ranking.RelevantCount;
    }

    private static double FirstReciprocal(JudgedRanking ranking, int depth)
    {
        for (int i = 0; i < Math.Min(depth, ranking.Grades.Count); i++)
        {
            if (ranking.IsRelevantAt(i))
            {
                return 1.0 / (i + 1);
            }
        }

        return 0;
    }

    private static double NormalizedGain(JudgedRanking ranking, int depth)
    {
        double ideal = DiscountedGain(ranking.IdealGrades, depth);
        return ideal == 0 ? 0 : DiscountedGain(ranking.Grades, depth) / ideal;
    }

    private static double DiscountedGain(IReadOnlyList<int> grades, int depth)
    {
        double sum = 0;
        for (int i = 0; i < Math.Min(depth, grades.Count); i++)
        {
            sum += Math.Max(grades[i], 0) / Math.Log2(i + 2);
        }

        return sum;
    }

    private static double Preference(JudgedRanking ranking)
    {
        double sum = 0;
        int notRelevant = 0;
        int bound = Math.Min(ranking.RelevantCount, ranking.JudgedNotRelevantCount);
        for (int i = 0; i < ranking.Grades.Count; i++)
        {
            if (ranking.IsRelevantAt(i))
            {
                sum += notRelevant == 0 ? 1 : 1 - (double)Math.Min(notRelevant, ranking.RelevantCount) / bound;
            }
            else if (ranking.Grades[i] == 0)
            {
                notRelevant++;
            }
        }

        return ranking.RelevantCount == 0 ? 0 : sum / ranking.RelevantCount;
    }

    private static double InterpolatedPrecision(JudgedRanking ranking, double recall)
    {
        // trec_eval rounds the number of relevant documents that make up the recall this way.
        int wanted = (int)(recall * ranking.RelevantCount + 0.9);
        double best = 0;
        int relevant = 0;
        for (int i = 0; i < ranking.Grades.Count; i++)
        {
            relevant += ranking.IsRelevantAt(i) ? 1 : 0;
            if (relevant >= wanted)
            {
                best = Math.Max(best, (double)relevant / (i + 1));
            }
        }

        return best;
    }
}
