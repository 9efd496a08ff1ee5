namespace NetEdit.Bench.Running;

/// <summary>Something that can be measured by name.</summary>
internal abstract class Benchmark
{
    internal abstract string Name { get; }

    /// <summary>What is measured, one line.</summary>
    internal abstract string Title { get; }

    /// <summary>How, so that a reader could repeat it.</summary>
    internal abstract string Method { get; }

    /// <summary>Whether it runs only when it is asked for.</summary>
    internal virtual bool OnlyWhenNamed => false;

    /// <summary>Measures.</summary>
    /// <param name="progress">Told a line per part.</param>
    internal abstract IEnumerable<Figure> Run(Action<string> progress);
}
