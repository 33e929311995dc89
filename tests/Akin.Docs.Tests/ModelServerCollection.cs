namespace Akin.Docs.Tests;

/// <summary>What runs in processes of its own and uses a model server, one test after the other.</summary>
[CollectionDefinition(Name)]
public sealed class ModelServerCollection : ICollectionFixture<ModelServer>
{
    public const string Name = "model server";
}
