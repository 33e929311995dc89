namespace Akin.Tokenizers.Tests;

/// <summary>Writes the front of GGUF files, version 3: the metadata, and no tensors.</summary>
internal sealed class GgufWriter
{
    private readonly List<byte> fields = [];
    private ulong count;

    public GgufWriter Add(string name, string value) => Add(name, 8, () => Text(value));

    public GgufWriter Add(string name, uint value) => Add(name, 4, () => Raw(BitConverter.GetBytes(value)));

    public GgufWriter Add(string name, bool value) => Add(name, 7, () => Raw([value ? (byte)1 : (byte)0]));

    public GgufWriter Add(string name, double value) => Add(name, 12, () => Raw(BitConverter.GetBytes(value)));

    public GgufWriter Add(string name, IReadOnlyList<string> values) => AddList(name, 8, values, Text);

    public GgufWriter Add(string name, IReadOnlyList<float> values) => AddList(name, 6, values, value => Raw(BitConverter.GetBytes(value)));

    public GgufWriter Add(string name, IReadOnlyList<int> values) => AddList(name, 5, values, value => Raw(BitConverter.GetBytes(value)));

    public GgufWriter Add(string name, IReadOnlyList<byte> values) => AddList(name, 0, values, fields.Add);

    public byte[] ToArray() => [.. "GGUF"u8, .. BitConverter.GetBytes(3u), .. BitConverter.GetBytes(0UL), .. BitConverter.GetBytes(count), .. fields];

    private GgufWriter AddList<T>(string name, uint type, IReadOnlyList<T> values, Action<T> write) => Add(name, 9, () =>
    {
        Raw(BitConverter.GetBytes(type));
        Raw(BitConverter.GetBytes((ulong)values.Count));
        foreach (T value in values)
            write(value);
    });

    private GgufWriter Add(string name, uint type, Action write)
    {
        Text(name);
        Raw(BitConverter.GetBytes(type));
        write();
        count++;
        return this;
    }

    private void Text(string text)
    {
        byte[] bytes = System.Text.Encoding.UTF8.GetBytes(text);
        Raw(BitConverter.GetBytes((ulong)bytes.Length));
        Raw(bytes);
    }

    private void Raw(byte[] bytes) => fields.AddRange(bytes);
}
