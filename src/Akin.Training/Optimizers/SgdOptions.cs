namespace Akin.Training.Optimizers;

/// <summary>Settings of <see cref="Sgd"/>.</summary>
public sealed record SgdOptions
{
    /// <summary>The share of the last update that is kept, at least 0. Default: 0, no momentum.</summary>
    public double Momentum { get; init; }

    /// <summary>What is taken off a gradient before it joins the momentum, as a share. Default: 0.</summary>
    public double Dampening { get; init; }

    /// <summary>Whether the step looks ahead along the momentum (Nesterov). Needs momentum and no dampening. Default: no.</summary>
    public bool Nesterov { get; init; }

    internal SgdOptions Validated() =>
        !(Momentum >= 0) ? throw new ArgumentOutOfRangeException(nameof(Momentum), Momentum, "The momentum is a number of at least 0.")
        : Nesterov && (Momentum == 0 || Dampening != 0)
            ? throw new ArgumentException($"Nesterov needs a momentum above 0 (found {Momentum}) and no dampening (found {Dampening}).", nameof(Nesterov))
        : this;
}
