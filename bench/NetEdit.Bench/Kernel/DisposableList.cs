using System.Collections;

namespace NetEdit.Bench.Kernel;

/// <summary>Things that are disposed together.</summary>
internal sealed class DisposableList<T>(IEnumerable<T> items) : IReadOnlyList<T>, IDisposable
    where T : IDisposable
{
    private readonly T[] _items = [.. items];

    public int Count => _items.Length;

    public T this[int index] => _items[index];

    public IEnumerator<T> GetEnumerator() => _items.AsEnumerable().GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => _items.GetEnumerator();

    public void Dispose()
    {
        foreach (var item in _items)
        {
            item.Dispose();
        }
    }
}
