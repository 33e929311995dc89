namespace Akin.Docs.Tests;

/// <summary>What uses the model server, one test after the other: snippets change the working directory of the process.</summary>
[CollectionDefinition(Name)]
public sealed class ModelServerCollection : ICollectionFixture<ModelServer>
{
    public const string Name = "model server";
}
