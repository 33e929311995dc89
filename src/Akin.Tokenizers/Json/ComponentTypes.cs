using System.Collections;

namespace Akin.Tokenizers.Json;

/// <summary>The component types of one kind by their name in <c>tokenizer.json</c>. A new component is one more line in such a table.</summary>
/// <typeparam name="T">The kind: normalizer, pre-tokenizer, model, post-processor or decoder.</typeparam>
/// <param name="kind">What the kind is called in messages.</param>
internal sealed class ComponentTypes<T>(string kind) : IEnumerable
    where T : TokenizerComponent
{
    private readonly Dictionary<string, Func<JsonFields, T>> readers = [];

    public void Add(string type, Func<JsonFields, T> reader) => readers.Add(type, reader);

    /// <summary>Reads a component and refuses fields that its type does not have.</summary>
    public T Read(JsonFields fields, string? type = null)
    {
        type = fields.OptionalString("type") ?? type ?? fields.String("type");
        if (!readers.TryGetValue(type, out Func<JsonFields, T>? reader))
            throw fields.Refuse("type", $"the {kind} \"{type}\" is not supported; supported: {string.Join(", ", readers.Keys.Order(StringComparer.Ordinal))}");
        T component = reader(fields);
        fields.RefuseOthers();
        component.Keep(fields.Element);
        return component;
    }

    public IEnumerator GetEnumerator() => readers.Keys.GetEnumerator();
}
