package trino

import "canbao/etl/refuse"

// What goes wrong on the way to the engine.
var (
	nobodyThere = meaning{
		what: refuse.Text{ZH: "计算引擎没有运行，或地址不对", EN: "no engine runs at this address"},
		do: refuse.Text{
			ZH: "请启动 Trino 的协调节点，或改 canbao.yaml 的 engine_url；然后重新运行同一命令",
			EN: "start the Trino coordinator or mend engine_url in canbao.yaml, then run the same command again",
		},
	}
	noAnswer = meaning{
		what: refuse.Text{ZH: "计算引擎没有在限时内回答", EN: "the engine did not answer in time"},
		do: refuse.Text{
			ZH: "请检查网络、防火墙和协调节点的负载，然后重新运行同一命令",
			EN: "look at the network, the firewall and how busy the coordinator is, then run the same command again",
		},
	}
	restarted = meaning{
		what: refuse.Text{ZH: "协调节点中断了连接，或重新启动过", EN: "the coordinator broke off, or was started anew"},
		do: refuse.Text{
			ZH: "等 canbao status 又能看到计算引擎后，重新运行同一命令",
			EN: "wait until canbao status sees the engine again, then run the same command again",
		},
	}
	unknownHost = meaning{
		what: refuse.Text{ZH: "找不到计算引擎的主机", EN: "there is no host of this name"}, do: checkSetting("engine_url"), wrong: true,
	}
	unknownUser = meaning{
		what: refuse.Text{ZH: "计算引擎不认这个用户或密码", EN: "the engine does not accept this user or password"},
		do:   checkSetting("engine_user, engine_password_file"), wrong: true,
	}
	unknownCA = meaning{
		what: refuse.Text{ZH: "计算引擎的证书没有人担保，或已过期", EN: "nobody known vouches for the engine's certificate, or it has expired"},
		do: refuse.Text{
			ZH: "向管理员索取签发它的证书（PEM），写进 canbao.yaml 的 engine_ca",
			EN: "ask its keepers for the certificate that signed it (PEM) and name the file in engine_ca of canbao.yaml",
		}, wrong: true,
	}
	otherName = meaning{
		what: refuse.Text{ZH: "计算引擎的证书是发给别的主机名的", EN: "the engine's certificate is for another host name"},
		do: refuse.Text{
			ZH: "在 canbao.yaml 的 engine_url 里用证书上的主机名",
			EN: "use the host name of the certificate in engine_url of canbao.yaml",
		}, wrong: true,
	}
	otherProtocol = meaning{
		what: refuse.Text{ZH: "地址的 http 与 https 不对", EN: "it is http where the address says https, or the other way round"},
		do:   checkSetting("engine_url"), wrong: true,
	}
	noEngine = meaning{
		what: refuse.Text{ZH: "这个地址上的不是 Trino", EN: "what answers at this address is no Trino"}, do: checkSetting("engine_url"), wrong: true,
	}
)

// What the engine itself reports.
var (
	lostWorker = meaning{
		what: refuse.Text{ZH: "计算途中有工作节点失联", EN: "a worker was lost in the middle of the work"},
		do: refuse.Text{
			ZH: "用 canbao status 看工作节点是否齐全，然后重新运行同一命令",
			EN: "see with canbao status whether all workers are there, then run the same command again",
		},
	}
	noWorker = meaning{
		what: refuse.Text{ZH: "集群里没有可用的工作节点", EN: "the cluster has no worker at work"},
		do:   refuse.Text{ZH: "请启动工作节点，然后重新运行同一命令", EN: "start the workers, then run the same command again"},
	}
	starting = meaning{
		what: refuse.Text{ZH: "计算引擎正在启动或停止", EN: "the engine is starting or shutting down"},
		do:   refuse.Text{ZH: "等一分钟，再运行同一命令", EN: "wait a minute, then run the same command again"},
	}
	noMemory = meaning{
		what: refuse.Text{ZH: "集群的内存不够", EN: "the cluster has too little memory for this"},
		do: refuse.Text{
			ZH: "请加工作节点，或提高 query.max-memory、query.max-memory-per-node 和节点的 -Xmx",
			EN: "add workers, or raise query.max-memory, query.max-memory-per-node and the -Xmx of the nodes",
		}, quotes: true,
	}
	limit = meaning{
		what: refuse.Text{ZH: "超过了集群的限额", EN: "a limit of the cluster was reached"},
		do: refuse.Text{
			ZH: "请管理员放宽 query.max-* 的限额，或把问题问小一些",
			EN: "have the limit (query.max-*) raised, or ask for less",
		}, quotes: true,
	}
	busy = meaning{
		what: refuse.Text{ZH: "集群太忙，不再接受新的查询", EN: "the cluster is too busy to take another query"},
		do:   refuse.Text{ZH: "等一会儿，再运行同一命令", EN: "wait a while, then run the same command again"},
	}
	damaged = meaning{
		what: refuse.Text{ZH: "数据湖里的文件读不出来", EN: "a file of the lake cannot be read"},
		do: refuse.Text{
			ZH: "从备份恢复这个文件，或用 canbao loads 找到它所属的装载，canbao unload 后重新 load",
			EN: "restore the file from the backup, or find its load with canbao loads, unload it and load the extract again",
		}, quotes: true,
	}
	unwritable = meaning{
		what: refuse.Text{ZH: "计算引擎不能把结果写进数据湖", EN: "the engine cannot write its results into the lake"},
		do: refuse.Text{
			ZH: "请检查数据湖的剩余空间，以及工作节点对它的写权限",
			EN: "look at the room left in the lake, and whether the workers may write there",
		}, quotes: true,
	}
	metastore = meaning{
		what: refuse.Text{ZH: "目录（catalog）的元数据仓库出错", EN: "the metastore of the catalog failed"},
		do: refuse.Text{
			ZH: "请检查 etc/catalog 里的 hive.metastore 设置和它的服务",
			EN: "look at the hive.metastore settings in etc/catalog and at that service",
		}, quotes: true,
	}
	stopped = meaning{
		what: refuse.Text{ZH: "查询在集群上被人取消", EN: "somebody cancelled the query on the cluster"},
		do:   refuse.Text{ZH: "问过管理员后，重新运行同一命令", EN: "ask the cluster's keepers, then run the same command again"},
	}
	denied = meaning{
		what: refuse.Text{ZH: "计算引擎不许这个用户这样做", EN: "the engine does not let this user do that"},
		do: refuse.Text{
			ZH: "请管理员给 engine_user 在目录 engine_catalog 里建表、删表和查询的权限",
			EN: "have engine_user allowed to create, drop and query tables in the catalog engine_catalog",
		}, wrong: true, quotes: true,
	}
	noCatalog = meaning{
		what: refuse.Text{ZH: "计算引擎里没有这个目录（catalog）", EN: "the engine has no such catalog"},
		do: refuse.Text{
			ZH: "请检查 canbao.yaml 的 engine_catalog 和各节点的 etc/catalog",
			EN: "check engine_catalog in canbao.yaml and etc/catalog on every node",
		}, wrong: true, quotes: true,
	}
	gone = meaning{
		what: refuse.Text{ZH: "集群上没有这个快照的表", EN: "the cluster no longer has the tables of this snapshot"},
		do:   refuse.Text{ZH: "重新运行 canbao build", EN: "run canbao build again"}, wrong: true, quotes: true,
	}
	asked = meaning{
		what: refuse.Text{ZH: "计算引擎不能回答这个查询", EN: "the engine cannot answer the query"},
		do: refuse.Text{
			ZH: "查询要用 Trino 的 SQL 写；canbao tables 和 canbao describe 列出表和列",
			EN: "the query is to be in Trino's SQL; canbao tables and canbao describe list tables and columns",
		}, wrong: true, quotes: true,
	}
)

// meanings tells the engine's errors by their names; those of a wrong query that
// have no line here mean asked.
var meanings = map[string]meaning{
	"REMOTE_HOST_GONE": lostWorker, "REMOTE_TASK_ERROR": lostWorker, "REMOTE_TASK_MISMATCH": lostWorker, "REMOTE_TASK_FAILED": lostWorker,
	"TOO_MANY_REQUESTS_FAILED": lostWorker, "PAGE_TRANSPORT_ERROR": lostWorker, "PAGE_TRANSPORT_TIMEOUT": lostWorker,
	"REMOTE_BUFFER_CLOSE_FAILED": lostWorker, "ABANDONED_TASK": lostWorker,
	"NO_NODES_AVAILABLE": noWorker, "CLUSTER_HAS_NO_WORKERS": noWorker, "GENERIC_INSUFFICIENT_RESOURCES": noWorker,
	"SERVER_STARTING_UP": starting, "SERVER_SHUTTING_DOWN": starting,
	"EXCEEDED_LOCAL_MEMORY_LIMIT": noMemory, "EXCEEDED_GLOBAL_MEMORY_LIMIT": noMemory, "CLUSTER_OUT_OF_MEMORY": noMemory,
	"EXCEEDED_SPILL_LIMIT": noMemory, "OUT_OF_SPILL_SPACE": noMemory,
	"EXCEEDED_TIME_LIMIT": limit, "EXCEEDED_CPU_LIMIT": limit, "EXCEEDED_SCAN_LIMIT": limit, "EXCEEDED_WRITE_LIMIT": limit,
	"QUERY_QUEUE_FULL": busy, "QUERY_REJECTED": busy,
	"HIVE_FILESYSTEM_ERROR": damaged, "HIVE_CANNOT_OPEN_SPLIT": damaged, "HIVE_BAD_DATA": damaged, "HIVE_CURSOR_ERROR": damaged,
	"HIVE_FILE_NOT_FOUND": damaged, "HIVE_INVALID_BUCKET_FILES": damaged, "HIVE_PARTITION_SCHEMA_MISMATCH": damaged,
	"HIVE_WRITER_OPEN_ERROR": unwritable, "HIVE_WRITER_CLOSE_ERROR": unwritable, "HIVE_WRITER_DATA_ERROR": unwritable, "HIVE_WRITE_VALIDATION_FAILED": unwritable,
	"HIVE_METASTORE_ERROR": metastore, "HIVE_INVALID_METADATA": metastore,
	"USER_CANCELED": stopped, "ADMINISTRATIVELY_KILLED": stopped, "ADMINISTRATIVELY_PREEMPTED": stopped, "ABANDONED_QUERY": stopped,
	"PERMISSION_DENIED": denied,
	"CATALOG_NOT_FOUND": noCatalog,
	"SCHEMA_NOT_FOUND":  gone,
}
