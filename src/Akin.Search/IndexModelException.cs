namespace Akin.Search;

/// <summary>The index was made with another model than the one it is used with: their vectors cannot be compared.</summary>
public sealed class IndexModelException : SearchIndexException
{
    internal IndexModelException(string folder, string indexModel, string requestedModel, string difference)
        : base(
            folder,
            indexModel == requestedModel
                ? $"Model '{indexModel}' has changed since index '{folder}' was made with it: {difference}. " +
                  "Put the former model back, or index the documents again in a new folder."
                : $"Index '{folder}' was made with model '{indexModel}' and cannot be used with '{requestedModel}': {difference}. " +
                  $"Use '{indexModel}', or index the documents again with '{requestedModel}' in a new folder.")
    {
        IndexModel = indexModel;
        RequestedModel = requestedModel;
    }

    /// <summary>The model the index was made with.</summary>
    public string IndexModel { get; }

    /// <summary>The model that was refused.</summary>
    public string RequestedModel { get; }
}
