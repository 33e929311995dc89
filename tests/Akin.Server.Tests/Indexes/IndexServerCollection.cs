namespace Akin.Server.Tests.Indexes;

/// <summary>Tests that share one server with its indexes, one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class IndexServerCollection : ICollectionFixture<IndexServer>
{
    public const string Name = "server with indexes";
}
