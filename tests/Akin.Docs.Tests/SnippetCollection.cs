namespace Akin.Docs.Tests;

/// <summary>Snippets, one after the other: they change the working directory of this process, and its variables name the model server.</summary>
[CollectionDefinition(Name)]
public sealed class SnippetCollection : ICollectionFixture<SnippetCollection.Server>
{
    public const string Name = "snippets";

    public sealed class Server : IDisposable
    {
        private readonly ModelServer _server = new();

        public Server()
        {
            foreach ((string name, string value) in _server.Variables)
            {
                Environment.SetEnvironmentVariable(name, value);
            }
        }

        public void Dispose() => _server.Dispose();
    }
}
