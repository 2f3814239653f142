"""Layer 2a: ``SummaryWriter``. Python values to event files, with NumPy and the kernel alone.

    summary_writer.py  SummaryWriter: the calls people make, with the signatures of torch.utils.tensorboard
    file_writer.py     FileWriter: whole events and summaries into one directory
    event_file.py      EventFile: one open event file; appending, surviving full disks, reopening
    no_file.py         NoFile: what is written to when nothing is to be written
    backlog.py         Backlog: records that wait for slow storage, and the thread that writes them
    stats.py           WriterStats: what was written, lost and is at risk
    global_writer.py   GlobalSummaryWriter: one writer for all processes, which counts the steps itself
    argument.py        whatever people pass as a number, a step or an array, to what we keep

Import from the modules; nothing is loaded here.
"""
