using NetEdit.Kernels;

return args switch
{
    ["list"] => List(),
    ["run", .. var names] => await RunAsync(string.Join(' ', names)),
    ["page"] => Page(),
    _ => Usage(),
};

static int List()
{
    foreach (var kernel in AptArchive.Open(Progress).Kernels())
    {
        Console.WriteLine(kernel.Release);
    }

    return 0;
}

static async Task<int> RunAsync(string wanted)
{
    using var run = KernelRun.Find(wanted, Progress);
    var results = await Task.WhenAll(run.Start());
    Console.Write(MatrixPage.Of(results));
    var problems = results
        .SelectMany(result => Judgement.Problems(result).Select(problem => $"{result.Kernel}: {problem}"))
        .ToList();
    problems.ForEach(Progress);
    return problems.Count == 0 ? 0 : 1;
}

// With the last report of each kernel that was run here; the columns of the others stay.
static int Page()
{
    File.WriteAllText(
        Directories.MatrixPage,
        MatrixPage.Read(Directories.MatrixPage).With(MatrixPage.Of(KernelRun.LastResults())).ToString()
    );
    return 0;
}

static int Usage()
{
    Console.Error.WriteLine("usage: netedit-kernels list | run [all | host | NAME ...] | page");
    return 64;
}

static void Progress(string text) => Console.Error.WriteLine("netedit-kernels: " + text);
