using System.Text.Json.Nodes;
using Akin.Kernels;
using Akin.Models.Heads;
using Akin.Tensors;

namespace Akin.Models.Tests.Architectures;

/// <summary>Gradients are the same bits on any number of threads and with gradient checkpointing, which needs less memory.</summary>
public sealed class TrainingPassTests
{
    public static TheoryData<string> ModelTypes() => BatchInvarianceTests.ModelTypes();

    [Theory]
    [MemberData(nameof(ModelTypes))]
    public void Backward_OnSeveralThreadsOrWithCheckpoints_GivesTheSameBits(string modelType)
    {
        using WorkerPool two = new(2);
        Pass plain = Run(modelType, WorkerPool.Serial, checkpoints: false);
        Pass threads = Run(modelType, two, checkpoints: false);
        Pass checkpoints = Run(modelType, two, checkpoints: true);
        Assert.True(plain.Gradients.Count > 10);
        foreach ((string name, float[] gradient) in plain.Gradients)
        {
            Assert.Equal(gradient, threads.Gradients[name]);
            Assert.Equal(gradient, checkpoints.Gradients[name]);
        }

        Assert.Equal((plain.Loss, plain.Loss), (threads.Loss, checkpoints.Loss));
        Assert.Equal(plain.Completed.Order(), checkpoints.Completed.Order());
    }

    [Fact]
    public void Backward_WithCheckpoints_NeedsLessMemory()
    {
        long plain = Run("bert", WorkerPool.Serial, checkpoints: false, layerCount: 12).PeakBytes;
        long checkpoints = Run("bert", WorkerPool.Serial, checkpoints: true, layerCount: 12).PeakBytes;
        Assert.True(checkpoints < plain / 3, $"{checkpoints} bytes with checkpoints, {plain} without.");
    }

    private static Pass Run(string modelType, WorkerPool pool, bool checkpoints, int layerCount = 3)
    {
        LoadOptions options = new() { Seed = 3, IsTrainable = true };
        JsonObject config = BatchInvarianceTests.Config(modelType, layerCount);
        Random random = new(1);
        int[][] texts = [.. Enumerable.Range(0, 9).Select(_ => Enumerable.Range(0, random.Next(1, 60)).Select(_ => random.Next(3, 300)).ToArray())];
        PretrainedModel model;
        Func<ForwardContext, RaggedBatch, Tensor> loss;
        if (ArchitectureRegistry.All.Single(architecture => architecture.ModelType == modelType).Heads.Contains(typeof(Seq2SeqLanguageModel)))
        {
            Seq2SeqLanguageModel writer = AutoModelForSeq2SeqLM.FromConfig(config, options);
            RaggedBatch written = writer.CreateBatch();
            foreach (int[] text in texts)
            {
                written.Add(writer.ShiftRight([.. text.Take(7)]));
            }

            model = writer;
            loss = (context, batch) => writer.Loss(context, writer.Forward(context, batch, written), texts.SelectMany(text => text.Take(7)).ToArray());
        }
        else
        {
            SequenceClassificationModel classifier = AutoModelForSequenceClassification.FromConfig(config, options);
            model = classifier;
            loss = (context, batch) => classifier.Loss(context, classifier.Forward(context, batch), new int[] { 0, 1, 0, 1, 1, 0, 0, 1, 1 });
        }

        List<string> completed = [];
        ForwardContext context = new(pool, new Tape())
        {
            DropoutSeed = 5,
            GradientCheckpointing = checkpoints,
            GradientCompleted = weight => completed.Add(model.Parameters.First(parameter => parameter.Whole == weight).Name),
        };
        RaggedBatch batch = model.CreateBatch();
        Array.ForEach(texts, text => batch.Add(text));
        Tensor result = loss(context, batch);
        context.Backward(result);
        return new Pass(
            result.Span[0],
            model.Parameters.Where(parameter => parameter.Gradient is not null).ToDictionary(parameter => parameter.Name, parameter => parameter.Gradient!.ToArray()),
            completed,
            context.Arena.CapacityBytes);
    }

    private sealed record Pass(float Loss, Dictionary<string, float[]> Gradients, List<string> Completed, long PeakBytes);
}
