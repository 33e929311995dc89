namespace Akin.Training.Optimizers;

/// <summary>Settings of the optimizers of the Adam family (Kingma and Ba 2014, https://arxiv.org/abs/1412.6980).</summary>
public sealed record AdamOptions
{
    /// <summary>β₁, the share of the old mean of gradients that is kept: from 0 to below 1. Default: 0.9.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>β₂, the share of the old mean of squared gradients that is kept: from 0 to below 1. Default: 0.999.</summary>
    public double Beta2 { get; init; } = 0.999;

    /// <summary>ε, added to the root of the mean square: at least 0. Default: 1e-8, for BertAdam and transformers' old AdamW 1e-6.</summary>
    public double? Epsilon { get; init; }

    /// <summary>Whether the largest mean square so far divides instead of the present one (Reddi et al. 2018); AdamW and Adam only. Default: no.</summary>
    public bool AmsGrad { get; init; }

    internal AdamOptions Validated()
    {
        RequireBeta(Beta1, nameof(Beta1));
        RequireBeta(Beta2, nameof(Beta2));
        return Epsilon is null or >= 0 ? this : throw new ArgumentOutOfRangeException(nameof(Epsilon), Epsilon, "ε is a number of at least 0.");
    }

    private static void RequireBeta(double beta, string name)
    {
        if (!(beta >= 0 && beta < 1))
        {
            throw new ArgumentOutOfRangeException(name, beta, "β is a number from 0 to below 1.");
        }
    }
}
