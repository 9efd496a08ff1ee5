namespace NetEdit.Adapter.Interop;

/// <summary>Links that libbpf makes.</summary>
internal static class LibBpfLink
{
    /// <summary>Takes the kernel's link out of libbpf's, which is freed.</summary>
    internal static KernelHandle TakeOver(ref nint link)
    {
        var handle = new KernelHandle(LibBpf.bpf_link__fd(link));
        LibBpf.bpf_link__disconnect(link);
        _ = LibBpf.bpf_link__destroy(link);
        link = 0;
        return handle;
    }
}
