using NetEdit.Kernels;

return args switch
{
    ["list"] => List(),
    ["run", .. var names] => Run(string.Join(' ', names)),
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

static int Run(string wanted)
{
    var results = KernelRun.Prepare(wanted, Progress).Run();
    foreach (var result in results)
    {
        Console.WriteLine(result);
    }

    return 0;
}

static int Usage()
{
    Console.Error.WriteLine("usage: netedit-kernels list | run [all | NAME ...]");
    return 64;
}

static void Progress(string text) => Console.Error.WriteLine("netedit-kernels: " + text);
