using Akin.Models;
using Akin.Models.Heads;
using Akin.Tensors;
using Akin.Training.Acceleration;
using Akin.Training.Optimizers;
using Akin.Training.Tasks;

namespace Akin.Training.MpiProbe;

/// <summary>A hand-written loop that is the same with one process and with several: a step has the same micro-batches, whoever computes them.</summary>
public sealed class ProbeLoop
{
    private readonly Accelerator _accelerator;
    private readonly SequenceClassificationTask _task;
    private readonly AdamW _optimizer;
    private readonly ForwardContext _context = new(tape: new Tape());

    public ProbeLoop(string modelFolder, Accelerator accelerator)
    {
        _accelerator = accelerator;
        SequenceClassificationModel model = AutoModelForSequenceClassification.FromPretrained(modelFolder, new LoadOptions { IsTrainable = true });
        _task = new SequenceClassificationTask(model);
        if (!accelerator.IsMainProcess)
        {
            model.Parameters[0].Value.Span[0] += 1; // Prepare must make it equal again
            model.Parameters[0].MarkChanged();
        }

        accelerator.Prepare(model);
        _optimizer = new AdamW(model.Parameters, learningRate: 5e-4);
    }

    public ITrainableModel Model => _task.Model;

    public ForwardContext Context => _context;

    /// <summary>The gradients of the last step, parameter by parameter; NaN where a parameter has none.</summary>
    public float[] Gradients { get; private set; } = [];

    /// <summary>The weights, parameter by parameter.</summary>
    public float[] Weights => [.. Model.Parameters.SelectMany(parameter => parameter.Value.ToArray())];

    /// <summary>Takes a step with micro-batches of 1, 2, 3, … texts.</summary>
    public void Step(int step, int microBatchCount)
    {
        TrainingBatch[] batches =
        [
            .. from microBatch in Enumerable.Range(0, microBatchCount)
               where microBatch % _accelerator.ProcessCount == _accelerator.ProcessIndex
               select _task.Collate([.. Enumerable.Range(0, microBatch + 1).Select(row => Example((1000 * step) + (10 * microBatch) + row))], seed: 0),
        ];
        double targetCount = _accelerator.Sum(batches.Sum(batch => batch.TargetCount));
        for (int i = 0; i < batches.Length; i++)
        {
            Tensor loss = batches[i].Forward(_context).Loss;
            double weight = batches[i].TargetCount / targetCount;
            if (i < batches.Length - 1)
            {
                _context.Backward(loss, (float)weight);
            }
            else
            {
                _accelerator.Backward(_context, loss, weight);
            }

            _context.Reset();
        }

        if (batches.Length == 0)
        {
            _accelerator.SynchronizeGradients(_context);
        }

        Gradients = [.. Model.Parameters.SelectMany(parameter => parameter.Gradient?.ToArray() ?? Enumerable.Repeat(float.NaN, (int)parameter.Shape.ElementCount))];
        GradientClipping.ClipNorm(Model.Parameters, 1);
        _optimizer.Step();
        _optimizer.ClearGradients();
    }

    /// <summary>A text of 3 to 20 of the golden model's 97 words, of one of its 3 classes.</summary>
    private static SequenceClassificationExample Example(int number)
    {
        Random random = new(number);
        int[] ids = [.. Enumerable.Range(0, random.Next(3, 21)).Select(_ => random.Next(1, 97))];
        return new SequenceClassificationExample(new EncodedText(ids), random.Next(3));
    }
}
