namespace Akin.Tokenizers.Patterns;

/// <summary>A part of a pattern as it was read. Groups leave no trace: nothing refers back to them.</summary>
internal abstract record PatternNode
{
    /// <summary>Whether it can match without consuming anything.</summary>
    public abstract bool IsNullable { get; }

    /// <summary>One code point of a set.</summary>
    public sealed record Characters(CodePointSet Set) : PatternNode
    {
        public override bool IsNullable => false;
    }

    /// <summary>Parts one after the other; none at all is the empty pattern.</summary>
    public sealed record Sequence(IReadOnlyList<PatternNode> Parts) : PatternNode
    {
        public override bool IsNullable { get; } = Parts.All(static part => part.IsNullable);
    }

    /// <summary>The first branch that leads to a match.</summary>
    public sealed record Alternation(IReadOnlyList<PatternNode> Branches) : PatternNode
    {
        public override bool IsNullable { get; } = Branches.Any(static branch => branch.IsNullable);
    }

    /// <summary>A part several times; the maximum is <see cref="int.MaxValue"/> for no end.</summary>
    public sealed record Repeat(PatternNode Part, int Minimum, int Maximum, RepeatKind Kind) : PatternNode
    {
        public override bool IsNullable { get; } = Minimum == 0 || Part.IsNullable;
    }

    /// <summary>A part that is not tried another way once it matched: <c>(?&gt;…)</c>.</summary>
    public sealed record Atomic(PatternNode Part) : PatternNode
    {
        public override bool IsNullable { get; } = Part.IsNullable;
    }

    /// <summary>What must or must not follow; or, when it looks back by a number of code points, precede.</summary>
    public sealed record Look(PatternNode Part, bool Negative, int? Back) : PatternNode
    {
        public override bool IsNullable => true;
    }

    /// <summary>A condition on the place.</summary>
    public sealed record Assertion(AssertionKind Kind) : PatternNode
    {
        public override bool IsNullable => true;
    }
}
