using Akin.Models;
using Akin.Pipelines;
using Akin.Tensors;
using Akin.Tensors.Operations;
using Akin.Training.Losses;
using Akin.Training.Tasks;

namespace Akin.Training.Sentences;

/// <summary>Texts in columns whose embeddings make a loss. A prediction is the embedding of the first text, <c>[size]</c>.</summary>
internal sealed class SentenceTask : TrainingTask<SentenceItem>
{
    private readonly SentenceTransformer _model;

    public SentenceTask(SentenceTransformer model, IReadOnlyList<SentenceDataset> sets)
        : base(WithLosses(model, sets)) => _model = model;

    public override int TokenCount(SentenceItem example)
    {
        int count = 0;
        for (int column = 0; column < example.Set.Columns.Count; column++)
        {
            count += _model.Tokenize(example.Example.Texts[column], example.Set.PromptOf(column)).Length;
        }

        return count;
    }

    public override TrainingBatch Collate(IReadOnlyList<SentenceItem> examples, ulong seed)
    {
        if (LabelSmoothing != 0)
        {
            throw new InvalidBatchException($"Label smoothing ({LabelSmoothing}) is for classes; sentence losses have none: train without.");
        }

        // Training batches are of one set; evaluation goes through all sets and may meet the end of one.
        Group[] groups = [.. examples.GroupBy(item => item.Set).Select(items => Group.Make(_model, items.Key, [.. items.Select(item => item.Row)]))];
        return new Batch(_model, groups, examples.Count);
    }

    private static ITrainableModel WithLosses(SentenceTransformer model, IReadOnlyList<SentenceDataset> sets)
    {
        SentenceLoss[] losses = [.. sets.Select(set => set.Loss).Distinct().Where(loss => loss.Parameters.Count > 0)];
        return losses.Length == 0 ? model : new ModelWithLosses(model, losses);
    }

    /// <summary>Examples of one set: all texts of the first column, then those of the second, and so on.</summary>
    private sealed record Group(SentenceDataset Set, int ExampleCount, RaggedBatch Texts, Tensor? Labels, Tensor[]? GuideEmbeddings)
    {
        public static Group Make(SentenceTransformer model, SentenceDataset set, int[] rows)
        {
            SentenceExample[] examples = [.. rows.Select(row => Checked(set, row))];
            RaggedBatch texts = model.CreateBatch();
            for (int column = 0; column < set.Columns.Count; column++)
            {
                string prompt = set.PromptOf(column);
                foreach (SentenceExample example in examples)
                {
                    texts.Add(model.Tokenize(example.Texts[column], prompt));
                }
            }

            Tensor[]? guide = set.Loss.Guide is { } encoder
                ? [.. Enumerable.Range(0, set.Columns.Count).Select(column => Rows(encoder.Encode([.. examples.Select(example => example.Texts[column])], CancellationToken.None)))]
                : null;
            return new Group(set, examples.Length, texts, LabelsOf(examples), guide);
        }

        /// <summary>The loss: encodes the texts, in parts when the loss wants that.</summary>
        public (Tensor Loss, Tensor First) Forward(ForwardContext context, SentenceTransformer model)
        {
            Tensor[] columns = Encode(context, model);
            RaggedBatch? tokens = Set.Loss.TokenColumn is { } column ? Part(model, column * ExampleCount, ExampleCount) : null;
            return (Set.Loss.Forward(context, new SentenceLossInput(columns, Labels, GuideEmbeddings) { Tokens = tokens }), columns[0]);
        }

        /// <summary>The embeddings of every column but the one that the loss wants as tokens.</summary>
        private Tensor[] Encode(ForwardContext context, SentenceTransformer model)
        {
            int[] leftOut = [.. Enumerable.Range(0, Set.Columns.Count).Select(column => model.CountLeftOut(Set.PromptOf(column)))];
            if (Set.Loss is { MiniBatchSize: null, Twin: null, TokenColumn: null } && leftOut.Distinct().Count() == 1)
            {
                Tensor all = model.Forward(context, Texts, leftOut[0]); // one large product is faster than several
                return [.. leftOut.Select((_, column) => context.Slice(all, axis: 0, column * ExampleCount, (column + 1) * ExampleCount))];
            }

            return
            [
                .. Enumerable.Range(0, leftOut.Length).Where(column => column != Set.Loss.TokenColumn)
                    .Select(column => EncodeColumn(context, column == 0 ? Set.Loss.Twin ?? model : model, column, leftOut[column])),
            ];
        }

        private Tensor EncodeColumn(ForwardContext context, SentenceTransformer model, int column, int leftOut)
        {
            int first = column * ExampleCount;
            if (Set.Loss.MiniBatchSize is not { } size)
            {
                return model.Forward(context, Part(model, first, ExampleCount), leftOut);
            }

            // Encoded again in the backward pass: of a part only its embeddings are kept till then (gradient cache).
            List<Tensor> parts = [];
            for (int done = 0; done < ExampleCount; done += size)
            {
                RaggedBatch part = Part(model, first + done, Math.Min(ExampleCount - done, size));
                parts.Add(context.Checkpoint(new Tensor(new Shape(0)), _ => model.Forward(context, part, leftOut)));
            }

            return context.Concatenate(axis: 0, [.. parts]);
        }

        private RaggedBatch Part(SentenceTransformer model, int first, int count)
        {
            RaggedBatch part = model.CreateBatch();
            for (int text = first; text < first + count; text++)
            {
                part.Add(Texts.InputIds.Span[Texts.Offsets.Span[text]..Texts.Offsets.Span[text + 1]]);
            }

            return part;
        }

        private static SentenceExample Checked(SentenceDataset set, int row)
        {
            SentenceExample example = set.Examples[row];
            return example.Texts.Count == set.Columns.Count
                ? example
                : throw new LossInputException($"Row {row} of '{set.Name}' has {example.Texts.Count} texts; the columns are {string.Join(", ", set.Columns)}.");
        }

        private static Tensor? LabelsOf(SentenceExample[] examples)
        {
            int length = examples[0].Labels.Length;
            if (examples.FirstOrDefault(example => example.Labels.Length != length) is { } other)
            {
                throw new LossInputException($"The examples of a batch have {length} and {other.Labels.Length} labels each: there must be as many for all.");
            }

            float[] labels = [.. examples.SelectMany(example => example.Labels.ToArray())];
            return length == 0 ? null : new Tensor(length == 1 ? new Shape(examples.Length) : new Shape(examples.Length, length), labels);
        }

        private static Tensor Rows(float[][] vectors) => new(new Shape(vectors.Length, vectors[0].Length), [.. vectors.SelectMany(vector => vector)]);
    }

    private sealed class Batch(SentenceTransformer model, Group[] groups, int exampleCount) : TrainingBatch(groups.Sum(group => group.Texts.TokenCount), exampleCount, exampleCount)
    {
        public override TaskOutput Forward(ForwardContext context)
        {
            (Tensor loss, Tensor first) = groups[0].Forward(context, model);
            for (int i = 1; i < groups.Length; i++)
            {
                (Tensor other, Tensor texts) = groups[i].Forward(context, model);
                loss = context.WeightedSum(loss, i == 1 ? Share(0) : 1, other, Share(i));
                first = context.Concatenate(axis: 0, first, texts);
            }

            return new TaskOutput(loss, first);
        }

        public override IEnumerable<Prediction> Predictions(TaskOutput output) => output.Scores.Rows();

        private float Share(int group) => (float)groups[group].ExampleCount / ExampleCount;
    }
}
