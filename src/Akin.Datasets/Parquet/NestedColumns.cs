using System.Buffers.Binary;
using Akin.Datasets.Columns;

namespace Akin.Datasets.Parquet;

/// <summary>
/// Puts leaves together to nested columns. An entry of a leaf is a slot of the lists around it down to its repetition level: with k lists around a node, its slots are the
/// entries of repetition level up to k that lie inside an item of the k-th list (the record shredding of Dremel, VLDB 2010, read backwards).
/// </summary>
internal sealed class NestedColumns(LeafReader[] leaves)
{
    /// <summary>The column of a row group.</summary>
    public ColumnData Build(ParquetNode column, long rows)
    {
        ColumnData built = Build(column, []);
        return built.Length == rows ? built : throw new InvalidDataException($"column '{column.Name}' has {built.Length} rows where the row group has {rows}");
    }

    private ColumnData Build(ParquetNode node, int[] itemLevels)
    {
        LeafReader leaf = leaves[node.FirstLeaf];
        List<int> slots = Slots(leaf, itemLevels);
        bool[] present = new bool[slots.Count];
        ReadOnlySpan<int> definition = leaf.Definition;
        for (int slot = 0; slot < present.Length; slot++)
        {
            present[slot] = definition[slots[slot]] >= node.DefinitionLevel;
        }

        if (node.IsLeaf)
        {
            return leaf.Values.ToColumn(present);
        }

        if (!node.IsList)
        {
            ColumnData[] fields = [.. node.Children.Select(child => Build(child, itemLevels))];
            return Array.TrueForAll(fields, field => field.Length == present.Length)
                ? new StructColumn(node.Feature, present.Length, LeafValues.Validity(present), fields)
                : throw new InvalidDataException($"the parts of column '{node.Name}' have different numbers of rows");
        }

        int[] inner = [.. itemLevels, node.ItemDefinitionLevel!.Value];
        ColumnData items = Build(node.Children[0], inner);
        byte[] offsets = Offsets(leaf, slots, inner);
        return BinaryPrimitives.ReadInt32LittleEndian(offsets.AsSpan(offsets.Length - sizeof(int))) == items.Length
            ? new ListColumn(node.Feature, present.Length, LeafValues.Validity(present), offsets, wideOffsets: false, items)
            : throw new InvalidDataException($"the lists of column '{node.Name}' do not fit their items");
    }

    /// <summary>The entries at which a value begins that lies in so many lists.</summary>
    private static List<int> Slots(LeafReader leaf, int[] itemLevels)
    {
        ReadOnlySpan<int> repetition = leaf.Repetition;
        ReadOnlySpan<int> definition = leaf.Definition;
        int least = itemLevels.Length == 0 ? 0 : itemLevels[^1];
        List<int> slots = [];
        for (int entry = 0; entry < definition.Length; entry++)
        {
            if (repetition[entry] <= itemLevels.Length && definition[entry] >= least)
            {
                slots.Add(entry);
            }
        }

        return slots;
    }

    /// <summary>Where each list begins among the items.</summary>
    private static byte[] Offsets(LeafReader leaf, List<int> slots, int[] inner)
    {
        byte[] offsets = new byte[(slots.Count + 1) * sizeof(int)];
        ReadOnlySpan<int> repetition = leaf.Repetition;
        ReadOnlySpan<int> definition = leaf.Definition;
        int items = 0;
        for (int slot = 0; slot < slots.Count; slot++)
        {
            int end = slot + 1 < slots.Count ? slots[slot + 1] : definition.Length;
            for (int entry = slots[slot]; entry < end; entry++)
            {
                items += repetition[entry] <= inner.Length && definition[entry] >= inner[^1] ? 1 : 0;
            }

            BinaryPrimitives.WriteInt32LittleEndian(offsets.AsSpan((slot + 1) * sizeof(int)), items);
        }

        return offsets;
    }
}
