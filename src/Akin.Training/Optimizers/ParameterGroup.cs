using Akin.Tensors;

namespace Akin.Training.Optimizers;

/// <summary>Parameters that share a learning rate and a weight decay.</summary>
public sealed class ParameterGroup
{
    /// <summary>Makes a group.</summary>
    /// <param name="parameters">Its parameters; each belongs to one group only.</param>
    /// <param name="learningRate">The rate before any schedule, at least 0.</param>
    /// <param name="weightDecay">At least 0.</param>
    /// <param name="name">What it is called in logs. Default: nothing.</param>
    /// <exception cref="ArgumentOutOfRangeException">A rate is negative or not a number.</exception>
    public ParameterGroup(IEnumerable<Parameter> parameters, double learningRate, double weightDecay = 0, string name = "")
    {
        ArgumentNullException.ThrowIfNull(parameters);
        RequireRate(learningRate, nameof(learningRate));
        RequireRate(weightDecay, nameof(weightDecay));
        Parameters = [.. parameters];
        InitialLearningRate = LearningRate = learningRate;
        WeightDecay = weightDecay;
        Name = name;
    }

    /// <summary>What the group is called.</summary>
    public string Name { get; }

    /// <summary>The parameters.</summary>
    public IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>The rate before any schedule.</summary>
    public double InitialLearningRate { get; }

    /// <summary>The rate of the next step; a schedule sets it.</summary>
    public double LearningRate { get; set; }

    /// <summary>How strongly weights are pulled to zero; the optimizer says in which way.</summary>
    public double WeightDecay { get; set; }

    private static void RequireRate(double rate, string name)
    {
        if (!(rate >= 0) || double.IsInfinity(rate))
        {
            throw new ArgumentOutOfRangeException(name, rate, $"A {(name == "learningRate" ? "learning rate" : "weight decay")} is a number of at least 0.");
        }
    }
}
