using System.Text.Json.Nodes;
using Akin.Models.Checkpoints;
using Akin.Models.Configuration;
using Akin.Tensors;

namespace Akin.Models.Tests.Architectures;

/// <summary>One head of one architecture as the reference computed it: <c>golden/models/outputs/ARCH/HEAD.json</c> with its tensors.</summary>
public sealed class GoldenHead
{
    private readonly Checkpoint _tensors;
    private readonly JsonNode _description;

    public GoldenHead(string architecture, string head)
    {
        Name = $"{architecture}/{head}";
        _description = JsonNode.Parse(File.ReadAllBytes(Repository.Golden("models", "outputs", architecture, $"{head}.json")))!;
        _tensors = Checkpoint.Open(Repository.Golden("models", "outputs", architecture, $"{head}.safetensors"));
        Folder = Repository.Golden(["models", .. _description["checkpoint"]!.GetValue<string>().Split('/')]);
    }

    public string Name { get; }

    /// <summary>The folder of the model.</summary>
    public string Folder { get; }

    public IEnumerable<GoldenCase> Cases => _description["cases"]!.AsObject().Select(entry => new GoldenCase(entry.Key, entry.Value!, _tensors));

    /// <summary>Gradients of the loss of the case <c>batch</c>; null where the reference has none.</summary>
    public JsonNode? Gradients => _description["gradients"];

    public float[] Gradient(string parameter) => _tensors.Read($"batch/grad/{parameter}");

    /// <summary>Loads the model; heads that are stored as a difference to the base are put together again.</summary>
    public THead Load<THead>(bool isTrainable)
        where THead : PretrainedModel
    {
        if (File.Exists(Path.Combine(Folder, "model.safetensors")))
        {
            return AutoModel<THead>.FromPretrained(Folder, new LoadOptions { IsTrainable = isTrainable });
        }

        ConfigReader json = ConfigReader.Open(Folder);
        Architecture architecture = ArchitectureRegistry.Find(json);
        using Checkpoint backbone = Checkpoint.Open(Path.Combine(Folder, "..", "base")).WithCanonicalNames(architecture.BackbonePrefix);
        using Checkpoint head = Checkpoint.Open(Path.Combine(Folder, "head.safetensors"));
        return architecture.Create<THead>(architecture.ReadConfig(json), new Weights(new TwoFiles(head, backbone), isTrainable));
    }

    private sealed class TwoFiles(Checkpoint first, Checkpoint second) : IWeightSource
    {
        public bool Contains(string name) => first.Tensors.ContainsKey(name) || second.Tensors.ContainsKey(name);

        public void Require(string name, Shape shape)
        {
            long[] stored = (first.Tensors.TryGetValue(name, out TensorInfo? tensor) ? tensor : second.Tensors[name]).Shape;
            Assert.Equal(shape.ToArray(), stored.Select(length => (int)length));
        }

        public void Read(string name, Shape shape, Initialization initialization, Span<float> destination) =>
            (first.Tensors.ContainsKey(name) ? first : second).Read(name, destination);
    }
}
