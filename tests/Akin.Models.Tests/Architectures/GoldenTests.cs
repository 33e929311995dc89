using System.Text.Json.Nodes;
using Akin.Models.Heads;
using Akin.Tensors;
using Xunit.Abstractions;

namespace Akin.Models.Tests.Architectures;

/// <summary>Every architecture and head against PyTorch: outputs, losses and gradients. A new architecture is a line in <see cref="Architectures"/>.</summary>
public sealed class GoldenTests(ITestOutputHelper log)
{
    /// <summary>From the golden's README: PyTorch's own worst is 1.8e-5.</summary>
    private const double OutputTolerance = 2e-5;

    /// <summary>
    /// Our float32 may be as far from the truth as twice PyTorch's float32 is: for each output over all heads and cases of an architecture, because in a
    /// single case of a dozen logits PyTorch may happen to be exact.
    /// </summary>
    private const double ErrorRatio = 2;

    /// <summary>From the golden's README, relative.</summary>
    private const double LossTolerance = 1e-5;

    /// <summary>From the golden's README, relative to the tensor's norm.</summary>
    private const double GradientTolerance = 1e-4;

    /// <summary>
    /// Gradients that are zero in exact arithmetic (a key's bias moves all scores of a row alike) are sums of numbers of order 1 that cancel:
    /// what float32 leaves of them.
    /// </summary>
    private const double GradientFloor = 1e-6;

    private static readonly string[] Architectures = ["bert", "distilbert", "roberta", "roberta-bert-tokenizer", "xlm-roberta", "electra", "mpnet", "albert", "gpt2", "bart", "kobart", "marian", "t5", "t5-v1_1"];

    public static TheoryData<string> ArchitectureNames() => [.. Architectures];

    public static TheoryData<string, string> Heads() => Select(_ => true);

    public static TheoryData<string, string> HeadsWithLoss() => Select(head => head is not ("base" or "encoder"));

    /// <summary>Question answering has another loss than the reference (see <see cref="SpanLossWithoutPadding"/>), so that its gradients differ too.</summary>
    public static TheoryData<string, string> HeadsWithGradients() => Select(head => head is not ("base" or "encoder" or "question_answering"));

    [Theory]
    [MemberData(nameof(Heads))]
    public void Outputs_OfEveryCase_EqualTheReference(string architecture, string head)
    {
        foreach ((string output, double error, _) in Errors(architecture, head))
        {
            Assert.True(error <= OutputTolerance, $"{architecture}/{head}, {output}: error {error:E2} is above {OutputTolerance:E0}.");
        }
    }

    [Theory]
    [MemberData(nameof(ArchitectureNames))]
    public void Errors_OverAllHeads_AreAtMostTwicePyTorchs(string architecture)
    {
        var outputs = GoldenHeads.Of(architecture).SelectMany(head => Errors(architecture, head)).GroupBy(error => error.Output);
        foreach (var output in outputs)
        {
            double ours = output.Max(error => error.Ours);
            double theirs = output.Max(error => error.Theirs);
            log.WriteLine($"{architecture} {output.Key}: error {ours:E2}, PyTorch {theirs:E2}");
            Assert.True(ours <= ErrorRatio * theirs, $"{architecture}, {output.Key}: error {ours:E2} is more than twice PyTorch's {theirs:E2}.");
        }
    }

    [Theory]
    [MemberData(nameof(HeadsWithLoss))]
    public void Losses_OfEveryCase_EqualTheReference(string architecture, string head)
    {
        GoldenHead golden = new(architecture, head);
        GoldenRun run = GoldenHeads.Load(golden, isTrainable: false);
        ForwardContext context = new();
        foreach (GoldenCase @case in golden.Cases.Where(candidate => candidate.Loss is not null))
        {
            (_, Tensor? loss) = run.Forward(context, @case.Batch(run.Model.Numbering), @case);
            double expected = head == "question_answering" ? SpanLossWithoutPadding(@case) : @case.Loss!.Value;
            log.WriteLine($"{golden.Name} {@case.Name}: loss {loss!.Span[0]}, expected {expected}");
            Assert.True(
                double.IsNaN(expected) ? float.IsNaN(loss.Span[0]) : Math.Abs(loss.Span[0] - expected) <= LossTolerance * Math.Abs(expected),
                $"{golden.Name}, case {@case.Name}: loss {loss.Span[0]}, expected {expected}.");
        }
    }

    [Theory]
    [MemberData(nameof(HeadsWithGradients))]
    public void Gradients_OfTheBatch_EqualTheReference(string architecture, string head)
    {
        GoldenHead golden = new(architecture, head);
        JsonNode expected = golden.Gradients!;
        GoldenRun run = GoldenHeads.Load(golden, isTrainable: true);
        GoldenCase @case = golden.Cases.Single(candidate => candidate.Name == "batch");
        ForwardContext context = new(tape: new Tape());
        (_, Tensor? loss) = run.Forward(context, @case.Batch(run.Model.Numbering), @case);
        context.Backward(loss!);

        Dictionary<string, Parameter> parameters = run.Model.Parameters.ToDictionary(parameter => parameter.Name);
        if (run.Model is ModelWithHead { Backbone: var backbone })
        {
            // The reference may call a decoder that is tied to the word embeddings by its own name.
            parameters.TryAdd("lm_head.decoder.weight", backbone.WordEmbeddings.Table);
        }

        // T5's backbone is stored with and without this prefix.
        foreach (string name in parameters.Keys.Where(name => name.StartsWith("transformer.", StringComparison.Ordinal)).ToArray())
        {
            parameters.TryAdd(name["transformer.".Length..], parameters[name]);
        }

        double worst = 0;
        foreach ((string name, JsonNode? value) in expected["norms"]!.AsObject())
        {
            double norm = value!.GetValue<double>();
            double difference = Math.Abs(Norm(parameters[name].Gradient!.Span) - norm);
            Assert.True(difference <= (GradientTolerance * norm) + GradientFloor, $"{golden.Name}, gradient of {name}: norm is {difference:E2} off {norm:E2}.");
        }

        foreach (JsonNode? node in expected["stored"]!.AsArray())
        {
            string name = node!.GetValue<string>();
            float[] truth = golden.Gradient(name);
            double norm = Norm(truth);
            double difference = Norm([.. parameters[name].Gradient!.ToArray().Zip(truth, (ours, theirs) => ours - theirs)]);
            worst = Math.Max(worst, (difference - GradientFloor) / norm);
            Assert.True(difference <= (GradientTolerance * norm) + GradientFloor, $"{golden.Name}, gradient of {name}: {difference:E2} off at norm {norm:E2}.");
        }

        foreach (JsonNode? node in expected["none"]!.AsArray())
        {
            Assert.Null(parameters[node!.GetValue<string>()].Gradient);
        }

        log.WriteLine($"{golden.Name}: worst relative error of a gradient {worst:E2}");
    }

    /// <summary>
    /// The reference takes the softmax over the padded width, so that its loss depends on the padding; here it runs over the tokens. The truth is
    /// computed from the reference's own logits at the tokens.
    /// </summary>
    private static double SpanLossWithoutPadding(GoldenCase @case)
    {
        double Loss(string logitsName, string positionsName)
        {
            float[] logits = @case.Output(logitsName);
            double sum = 0;
            int count = 0;
            int[] positions = @case.Integers(positionsName);
            for (int row = 0; row < positions.Length; row++)
            {
                double[] tokens = [.. Enumerable.Range(row * @case.Length, @case.Length).Where(i => @case.Mask[i] == 1).Select(i => (double)logits[i])];
                if (positions[row] < tokens.Length)
                {
                    sum += Math.Log(tokens.Sum(Math.Exp)) - tokens[positions[row]];
                    count++;
                }
            }

            return sum / count;
        }

        return (Loss("start_logits", "start_positions") + Loss("end_logits", "end_positions")) / 2;
    }

    private static TheoryData<string, string> Select(Func<string, bool> isWanted)
    {
        TheoryData<string, string> heads = [];
        foreach (string architecture in Architectures)
        {
            foreach (string head in GoldenHeads.Of(architecture).Where(isWanted))
            {
                heads.Add(architecture, head);
            }
        }

        return heads;
    }

    private static double Norm(ReadOnlySpan<float> values)
    {
        double sum = 0;
        foreach (float value in values)
        {
            sum += (double)value * value;
        }

        return Math.Sqrt(sum);
    }

    /// <summary>How far each output of each case is from the truth, at most: ours and PyTorch's single precision.</summary>
    private static List<(string Output, double Ours, double Theirs)> Errors(string architecture, string head)
    {
        List<(string Output, double Ours, double Theirs)> errors = [];
        GoldenHead golden = new(architecture, head);
        GoldenRun run = GoldenHeads.Load(golden, isTrainable: false);
        ForwardContext context = new() { Capture = Capture.HiddenStates | Capture.Attentions };
        foreach (GoldenCase @case in golden.Cases)
        {
            using ForwardScope scope = context.Scope();
            RaggedBatch batch = @case.Batch(run.Model.Numbering);
            (Dictionary<string, Tensor> outputs, _) = run.Forward(context, batch, @case);
            foreach (string name in @case.Outputs)
            {
                RaggedBatch? written = run.Written?.Invoke(@case);
                double error = name.StartsWith("cross_attentions", StringComparison.Ordinal)
                    ? LargestAttentionDifference(written!, @case.WrittenLength, batch, @case.Length, outputs[name], @case.Output(name))
                    : written is null || name.StartsWith("encoder", StringComparison.Ordinal)
                    ? LargestDifference(batch, @case.Length, name, outputs[name], @case.Output(name))
                    : LargestDifference(written, @case.WrittenLength, name, outputs[name], @case.Output(name));
                errors.Add((name, error, @case.ReferenceError(name)));
            }
        }

        return errors;
    }

    /// <summary>The largest difference where there is a token.</summary>
    private static double LargestDifference(RaggedBatch batch, int length, string name, Tensor output, float[] truth)
    {
        if (name.Contains("attentions", StringComparison.Ordinal))
        {
            return LargestAttentionDifference(batch, length, batch, length, output, truth);
        }

        double error = 0;
        ReadOnlySpan<int> columns = batch.Columns.Span;
        ReadOnlySpan<int> offsets = batch.Offsets.Span;
        bool isPerToken = truth.Length / (batch.SequenceCount * length) * batch.SequenceCount * length == truth.Length
            && output.Shape.ElementCount == truth.LongLength / (batch.SequenceCount * length) * batch.TokenCount && output.Shape[0] == batch.TokenCount;
        for (int sequence = 0; sequence < batch.SequenceCount; sequence++)
        {
            int first = offsets[sequence];
            int count = batch.Length(sequence);
            if (isPerToken)
            {
                int width = truth.Length / (batch.SequenceCount * length);
                for (int token = first; token < first + count; token++)
                {
                    for (int i = 0; i < width; i++)
                    {
                        Pair(ref error, output.Span[(token * width) + i], truth[(((sequence * length) + columns[token]) * width) + i]);
                    }
                }
            }
            else if (count > 0 && columns[first] == 0)
            {
                // One row for every sequence, or (multiple choice) one number. It is made from the first token: where the padded row begins with
                // padding, the reference reads the value at a masked position there, which is not part of the contract.
                int width = truth.Length / batch.SequenceCount;
                for (int i = sequence * width; i < (sequence + 1) * width; i++)
                {
                    Pair(ref error, output.Span[i], truth[i]);
                }
            }
        }

        return error;
    }

    /// <summary>The largest difference where there is a token that looks and one that is looked at.</summary>
    private static double LargestAttentionDifference(RaggedBatch queries, int queryLength, RaggedBatch keys, int keyLength, Tensor output, float[] truth)
    {
        double error = 0;
        int headCount = truth.Length / (queries.SequenceCount * queryLength * keyLength);
        int probability = 0;
        for (int sequence = 0; sequence < queries.SequenceCount; sequence++)
        {
            ReadOnlySpan<int> queryColumns = queries.Columns.Span[queries.Offsets.Span[sequence]..queries.Offsets.Span[sequence + 1]];
            ReadOnlySpan<int> keyColumns = keys.Columns.Span[keys.Offsets.Span[sequence]..keys.Offsets.Span[sequence + 1]];
            for (int head = 0; head < headCount; head++)
            {
                foreach (int query in queryColumns)
                {
                    foreach (int key in keyColumns)
                    {
                        Pair(ref error, output.Span[probability++], truth[(((((sequence * headCount) + head) * queryLength) + query) * keyLength) + key]);
                    }
                }
            }
        }

        return error;
    }

    private static void Pair(ref double error, float ours, float theirs)
    {
        double difference = Math.Abs((double)ours - theirs);
        error = double.IsNaN(difference) ? double.PositiveInfinity : Math.Max(error, difference);
    }
}
