namespace Akin.Datasets;

/// <summary>The type of a column or of a part of one: a <see cref="Value"/>, <see cref="ClassLabel"/>, list, struct or map.</summary>
public abstract record Feature
{
    /// <summary>Arrow's text for the type, for example <c>list&lt;item: int64&gt;</c>.</summary>
    public abstract string TypeName { get; }

    /// <summary>The same as <see cref="TypeName"/>.</summary>
    public sealed override string ToString() => TypeName;
}
