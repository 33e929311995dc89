using System.Runtime.InteropServices;
using Akin.Kernels;
using Akin.Tensors;

namespace Akin.Models.Generation;

/// <summary>
/// Beam search: the best few sequences of every text are followed at once. Candidates, scores and ends are those of transformers 5.23, for each text as if it were alone.
/// </summary>
internal sealed class BeamSearch(DecoderRun run, IReadOnlyList<WritingTask> tasks, GenerationConfig config) : TokenSearch(run, tasks)
{
    /// <summary>What the reference takes for "worse than everything": its sums with it decide what happens when candidates run out.</summary>
    private const float Worst = -1e9f;

    private readonly List<Group> _groups = [.. tasks.Select((task, row) => new Group(task, row, config))];

    public override IReadOnlyList<IReadOnlyList<GeneratedSequence>> Results() => [.. _groups.Select(group => group.Results())];

    protected override IEnumerable<List<int>> Rows() =>
        _groups.Where(group => !group.IsDone).SelectMany(group => group.IsFirst ? group.Running.Take(1) : group.Running).Select(beam => beam.Tokens);

    protected override int[] Choose(Tensor scores, ForwardContext context)
    {
        List<int> order = [];
        foreach (Group group in _groups.Where(group => !group.IsDone))
        {
            group.Choose(scores, context.Pool);
            if (!group.IsDone)
            {
                foreach (Beam beam in group.Running)
                {
                    order.Add(beam.Row);
                    beam.Row = order.Count - 1;
                }
            }
        }

        return [.. order];
    }

    private sealed class Beam(List<int> tokens, float score, int row)
    {
        public List<int> Tokens { get; } = tokens;

        /// <summary>While it runs: the sum of the log-probabilities. Finished: divided by the length.</summary>
        public float Score { get; } = score;

        /// <summary>Where the scores of its next token are; before the cache follows, where those of its last token were.</summary>
        public int Row { get; set; } = row;
    }

    /// <summary>The beams of one text.</summary>
    private sealed class Group
    {
        private readonly WritingTask _task;
        private readonly GenerationConfig _config;
        private readonly int _candidateCount;
        private List<Beam> _finished = []; // the best first
        private bool _canImprove = true;

        public Group(WritingTask task, int row, GenerationConfig config)
        {
            (_task, _config) = (task, config);
            _candidateCount = Math.Max(2, 1 + config.EosTokenId.Count) * config.NumBeams;

            // All beams begin alike: only the first one counts, until there are candidates for the others.
            Running = [.. Enumerable.Range(0, config.NumBeams).Select(beam => new Beam([.. task.Prompt], beam == 0 ? 0 : Worst, row))];
        }

        public List<Beam> Running { get; private set; }

        public bool IsFirst { get; private set; } = true;

        public bool IsDone { get; private set; }

        public GeneratedSequence[] Results() =>
            [.. _finished.Take(_config.NumReturnSequences).Select(beam => new GeneratedSequence(beam.Tokens, _task.Prompt.Count, beam.Score))];

        public void Choose(Tensor scores, WorkerPool pool)
        {
            List<(float Score, int Beam, int Token)> best = Candidates(scores, pool);
            List<Beam> candidates = [.. best.Select(candidate => new Beam([.. Running[candidate.Beam].Tokens, candidate.Token], candidate.Score, Running[candidate.Beam].Row))];
            bool[] areEnds = [.. candidates.Select(candidate => _task.IsEnd(candidate.Tokens))];
            int length = candidates[0].Tokens.Count - _task.Prompt.Count;
            bool mayFinish = _canImprove && !(_config.EarlyStopping == EarlyStopping.Yes && _finished.Count == _config.NumBeams);
            if (mayFinish)
            {
                float divisor = (float)Math.Pow(length, _config.LengthPenalty);
                IEnumerable<Beam> ended = candidates.Take(_config.NumBeams).Where((_, i) => areEnds[i]).Select(beam => new Beam(beam.Tokens, beam.Score / divisor, beam.Row));
                _finished = [.. _finished.Concat(ended).OrderByDescending(beam => beam.Score).Take(_config.NumBeams)];
            }

            // What has ended goes on only where nothing else is left.
            Running = [.. candidates.Select((beam, i) => areEnds[i] ? new Beam(beam.Tokens, beam.Score + Worst, beam.Row) : beam).OrderByDescending(beam => beam.Score).Take(_config.NumBeams)];
            IsFirst = false;
            _canImprove = _canImprove && CanImprove(length);
            IsDone = !_canImprove || areEnds.All(isEnd => isEnd) || (_config.EarlyStopping == EarlyStopping.Yes && _finished.Count == _config.NumBeams);
        }

        /// <summary>Whether the best running beam can still displace the worst finished one.</summary>
        private bool CanImprove(int length)
        {
            int longest = _config is { EarlyStopping: EarlyStopping.Never, LengthPenalty: > 0 } ? _task.Longest - _task.Prompt.Count : length;
            float possible = Running[0].Score / (float)Math.Pow(longest, _config.LengthPenalty);
            return _finished.Count < _config.NumBeams || possible > _finished[^1].Score;
        }

        /// <summary>The best continuations of all beams; of equal ones the earlier beam's, then the smaller token.</summary>
        private List<(float Score, int Beam, int Token)> Candidates(Tensor scores, WorkerPool pool)
        {
            List<(float Score, int Beam, int Token)> best = new(_candidateCount + 1);
            float[] logs = new float[scores.ColumnCount];
            for (int beam = 0; beam < Running.Count; beam++)
            {
                LogSoftmax.Rows(scores.Row(Running[beam].Row), 1, logs.Length, logs, pool);
                _task.Process(CollectionsMarshal.AsSpan(Running[beam].Tokens), logs);
                for (int token = 0; token < logs.Length; token++)
                {
                    float score = logs[token] + Running[beam].Score;
                    if (best.Count < _candidateCount || score > best[^1].Score)
                    {
                        int place = best.Count;
                        while (place > 0 && score > best[place - 1].Score)
                        {
                            place--;
                        }

                        best.Insert(place, (score, beam, token));
                        if (best.Count > _candidateCount)
                        {
                            best.RemoveAt(best.Count - 1);
                        }
                    }
                }
            }

            return best;
        }
    }
}
